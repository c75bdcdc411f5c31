/**
 * Auxiliary tasks over real sockets: how many of one task are on their way, as the provider saw it.
 */

import { expect, it } from 'vitest';
import { createHoldfast } from '../../src/library/holdfast.ts';
import { type SimAttempt, startSimulatedProvider } from '../../src/sim/index.ts';

it('keeps at most max_concurrency requests of a task at the providers, fallback included', async () => {
  const sim = await startSimulatedProvider();
  const provider = { protocol: 'openai-chat', api_key: 'sk-sim-good' };
  const holdfast = createHoldfast({
    config: {
      main: 'spare/sim/pace-100ms',
      providers: {
        sim: { ...provider, base_url: sim.url },
        spare: { ...provider, base_url: sim.url.replace('127.0.0.1', 'localhost') },
      },
      auxiliary: {
        monitor: { provider: 'sim', model: 'sim/html-200', max_concurrency: 2, timeout: 10 },
      },
    },
  });
  const results = await Promise.all(
    Array.from({ length: 5 }, () => holdfast.ask({ prompt: 'well?', model: 'monitor' })),
  );
  const seen = sim.log();
  await holdfast.close();
  await sim.close();
  expect(new Set(results.map(({ target }) => target))).toEqual(new Set(['spare/sim/pace-100ms']));
  expect(seen.map(({ model }) => model)).toContain('sim/html-200');
  expect(peakOf(seen)).toBe(2);
});

it.each([
  ['its own target is that server', { provider: 'ollama', model: 'sim/plain' }],
  ['it falls back to that server', { provider: 'spare', model: 'sim/html-200' }],
])(
  'a side task gives way to the conversation where a server answers one request at a time: %s',
  async (_name, monitor) => {
    const sim = await startSimulatedProvider();
    const server = { protocol: 'openai-chat', api_key: 'sk-sim-good' };
    const holdfast = createHoldfast({
      config: {
        main: 'ollama/sim/pace-100ms',
        providers: {
          ollama: { ...server, base_url: sim.url },
          spare: { ...server, base_url: sim.url.replace('127.0.0.1', 'localhost') },
        },
        auxiliary: { monitor },
      },
    });
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const main = holdfast.ask({ prompt: 'one two three four five', onText: () => resolve() });
    await begun;
    const side = await holdfast.ask({ prompt: 'well?', model: 'monitor' });
    await main;
    const seen = sim.log().filter(({ model }) => model !== 'sim/html-200');
    await holdfast.close();
    await sim.close();
    expect(side.target.startsWith('ollama/')).toBe(true);
    expect(seen).toHaveLength(2);
    expect(peakOf(seen)).toBe(1);
  },
);

it('sends nothing for a task that is switched off, and counts what the others used by their names', async () => {
  const sim = await startSimulatedProvider();
  const holdfast = createHoldfast({
    config: {
      main: 'sim/sim/echo',
      providers: { sim: { protocol: 'openai-chat', api_key: 'sk-sim-good', base_url: sim.url } },
      auxiliary: { title_generation: { provider: 'none' }, monitor: {} },
    },
  });
  await expect(holdfast.ask({ prompt: 'a title', model: 'title_generation' })).rejects.toThrow(
    'the task "title_generation" is switched off',
  );
  expect(sim.log()).toEqual([]);
  for (const model of ['main', 'monitor']) {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] });
    const answer = await holdfast.fetch('http://holdfast.local/v1/chat/completions', {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
  await holdfast.close();
  await sim.close();
  const counted = holdfast
    .records()
    .map(({ task, usage }) => [task, (usage?.outputTokens ?? 0) > 0]);
  expect(counted).toEqual([
    ['main', true],
    ['monitor', true],
  ]);
});

/** How many attempts were under way at once, at most. */
function peakOf(attempts: readonly SimAttempt[]): number {
  const isUnderWay = (attempt: SimAttempt, at: number): boolean =>
    attempt.at <= at && at < attempt.at + (attempt.durationMs ?? Number.POSITIVE_INFINITY);
  return Math.max(
    ...attempts.map(({ at }) => attempts.filter((other) => isUnderWay(other, at)).length),
  );
}
