/**
 * The process-wide ratio: same-target retries stay at a fifth of a minute's requests, and ten are
 * always allowed (docs/retries.md).
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { RetryBudget } from './budget.ts';

function start(): { host: FakeHost; ratio: RetryBudget } {
  const host = createFakeHost();
  return { host, ratio: new RetryBudget(host.clock) };
}

/** How many retries it allows at once. */
function take(ratio: RetryBudget): number {
  let taken = 0;
  for (; taken < 1000 && ratio.allows(); taken++) ratio.noteRetry();
  return taken;
}

describe('the retry budget', () => {
  it.each([
    [0, 10],
    [1, 10],
    [50, 10],
    [55, 11],
    [1000, 200],
  ])('allows after %i requests in a minute %i retries', (requests, retries) => {
    const { ratio } = start();
    for (let n = 0; n < requests; n++) ratio.noteRequest();
    expect(take(ratio)).toBe(retries);
  });

  it('gives back a retry when its minute is over, and not before', async () => {
    const { host, ratio } = start();
    expect(take(ratio)).toBe(10);
    await host.advance(49_000);
    expect(ratio.allows()).toBe(false);
    await host.advance(11_000);
    expect(take(ratio)).toBe(10);
  });

  it('forgets requests as it forgets retries', async () => {
    const { host, ratio } = start();
    for (let n = 0; n < 1000; n++) ratio.noteRequest();
    await host.advance(600_000);
    expect(take(ratio)).toBe(10);
  });
});
