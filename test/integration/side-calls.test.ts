/** Agents' side calls: what asks for a small model by its vendor's name takes our task's route, with its fallbacks, in every protocol. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { tongues } from './tongues.ts';

let sim: SimulatedProvider;
let runtime: Runtime;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const everywhere = (url: string): object => ({
    base_urls: { 'openai-chat': url, 'openai-responses': url, 'anthropic-messages': url },
    pace: 'quick',
  });
  const config = {
    main: { provider: 'vendor', model: 'sim/plain' },
    auxiliary: {
      title_generation: {
        provider: 'vendor',
        model: 'sim/status-403',
        fallback_chain: [{ provider: 'spare', model: 'sim/plain' }],
      },
    },
    aliases: { 'claude-*haiku*': 'title_generation', 'claude-*': 'main', 'gpt-*mini*': 'title_generation' },
    providers: {
      vendor: { ...everywhere(sim.url), api_key: 'sk-sim-good' },
      spare: { ...everywhere(sim.url.replace('127.0.0.1', 'localhost')), api_key: 'sk-sim-good+spare' },
    },
  };
  runtime = createRuntime({ config });
});

afterAll(async () => {
  await runtime.close();
  await sim.close();
});

describe.each(tongues)('in $protocol', (tongue) => {
  it.each(['title_generation', 'claude-haiku-4-5', 'claude-3-5-haiku-latest', 'gpt-5.1-mini'])(
    '%s takes the route of the task, and its fallback',
    async (model) => {
      const answer = await ask(runtime, { model }, { tongue });
      expect([answer.status, answer.headers['x-holdfast-target']]).toEqual([200, 'spare/sim/plain']);
      expect(runtime.records().at(-1)).toMatchObject({
        task: 'title_generation',
        model,
        outcome: 'answered',
      });
    },
  );

  it('the longest pattern wins: another claude is the main task', async () => {
    await ask(runtime, { model: 'claude-sonnet-4-6' }, { tongue });
    expect(runtime.records().at(-1)).toMatchObject({ task: 'main', answeredBy: 'vendor/sim/plain' });
  });
});
