/** Both official SDKs with a limit of 10 s, in an outage of minutes: they get our sentence, not their own time-out (law 11). */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DownStage, startDownStage } from './sdk-limits.ts';

const limitMs = 10_000;
let stage: DownStage;
beforeAll(async () => {
  stage = await startDownStage();
});
afterAll(() => stage.close());

it('tells all of them in time who was asked and why it failed', { timeout: 20_000 }, async () => {
  const calls = stage.calls(limitMs);
  const ends = await Promise.all(calls.map(({ call }) => call()));
  for (const [index, { status, message, isTimeOut, afterMs }] of ends.entries()) {
    const name = calls[index]?.name;
    expect(isTimeOut, `${name}: ${message}`).toBe(false);
    // Whose head had to go out early has the error in the stream.
    if (name?.includes('streamed') !== true) expect([429, 400], `${name}: ${message}`).toContain(status);
    expect(message, name).toContain('no capacity');
    expect(afterMs, name).toBeLessThan(limitMs - 1000);
  }
});
