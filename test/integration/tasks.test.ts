/** Auxiliary tasks over real sockets: how many of one task are on their way, as the provider saw it. */

import { expect, it } from 'vitest';
import { createHoldfast } from '../../src/library/holdfast.ts';
import { type SimAttempt, startSimulatedProvider } from '../../src/sim/index.ts';

it('keeps at most max_concurrency requests of a task at the providers, fallback included (A76)', async () => {
  const sim = await startSimulatedProvider();
  const provider = { protocol: 'openai-chat', api_key: 'sk-sim-good' };
  const holdfast = createHoldfast({
    config: {
      main: 'spare/sim/pace-10ms',
      providers: {
        sim: { ...provider, base_url: sim.url },
        spare: { ...provider, base_url: sim.url.replace('127.0.0.1', 'localhost') },
      },
      auxiliary: {
        title_generation: { provider: 'sim', model: 'sim/html-200', max_concurrency: 2, timeout: 10 },
      },
    },
  });
  const results = await Promise.all(
    Array.from({ length: 5 }, () => holdfast.ask({ prompt: 'a title, please', model: 'title_generation' })),
  );
  const seen = sim.log();
  await holdfast.close();
  await sim.close();
  expect(new Set(results.map(({ target }) => target))).toEqual(new Set(['spare/sim/pace-10ms']));
  expect(seen.map(({ model }) => model)).toContain('sim/html-200');
  expect(peakOf(seen)).toBe(2);
});

/** How many attempts were under way at once, at most. */
function peakOf(attempts: readonly SimAttempt[]): number {
  const isUnderWay = (attempt: SimAttempt, at: number): boolean =>
    attempt.at <= at && at < attempt.at + (attempt.durationMs ?? Number.POSITIVE_INFINITY);
  return Math.max(...attempts.map(({ at }) => attempts.filter((other) => isUnderWay(other, at)).length));
}
