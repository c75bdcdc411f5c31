/** A worker that answers late, not at all, or again, on the fake clock. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { watchPulse } from './pulse.ts';

/** Plays a worker that stands still from each first to each second moment, in ms. */
async function play(stops: readonly (readonly [from: number, until: number])[], forMs: number) {
  const { clock, advance } = createFakeHost();
  const start = clock.monotonic();
  const at = (): number => clock.monotonic() - start;
  const said: string[] = [];
  const stop = watchPulse({
    clock,
    ask: async () => {
      const until = stops.find(([from, end]) => at() >= from && at() < end)?.[1] ?? at();
      if (until > at()) await clock.sleep(until - at(), new AbortController().signal);
    },
    onChange: (isSlow) => said.push(`${isSlow ? 'slow' : 'back'} ${at()}`),
    onStuck: () => said.push(`stuck ${at()}`),
  });
  for (let ms = 0; ms < forMs; ms += 100) await advance(100);
  stop();
  return said;
}

describe('the pulse of a worker', () => {
  it('is quiet while it answers, however long', async () => {
    expect(await play([], 600_000)).toEqual([]);
  });

  it('forgives a pause that is shorter than two seconds', async () => {
    const pauses = [1000, 20_000, 40_000].map((from) => [from, from + 1900] as const);
    expect(await play(pauses, 60_000)).toEqual([]);
  });

  it('passes it over after two seconds, and not when it is back', async () => {
    expect(await play([[5000, 9500]], 60_000)).toEqual(['slow 7000', 'back 9500']);
  });

  it('says once that it is stuck, and asks no more', async () => {
    expect(await play([[5000, 999_000]], 120_000)).toEqual(['slow 7000', 'stuck 15000']);
  });
});
