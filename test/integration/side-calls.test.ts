/**
 * Agents' side calls: what asks for a small model by its vendor's name takes our task's route, with
 * its fallbacks, in every protocol.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { relayedPairs, type Tongue, translatedPairs } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

function start({ protocol }: Tongue): Runtime {
  const speaks = { protocol, pace: 'quick' };
  const config = {
    main: { provider: 'vendor', model: 'sim/plain' },
    auxiliary: {
      title_generation: {
        provider: 'vendor',
        model: 'sim/status-403',
        fallback_chain: [{ provider: 'spare', model: 'sim/plain' }],
      },
    },
    aliases: {
      'claude-*haiku*': 'title_generation',
      'claude-*': 'main',
      'gpt-*mini*': 'title_generation',
    },
    providers: {
      vendor: { base_url: sim.url, api_key: 'sk-sim-good', ...speaks },
      spare: {
        base_url: sim.url.replace('127.0.0.1', 'localhost'),
        api_key: 'sk-sim-good+spare',
        ...speaks,
      },
    },
  };
  return createRuntime({ config });
}

describe.each([...relayedPairs, ...translatedPairs])('in %s', (_name, { asked, spoken }) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = start(spoken);
  });
  afterAll(() => runtime.close());

  it.each(['title_generation', 'claude-haiku-4-5', 'claude-3-5-haiku-latest', 'gpt-5.1-mini'])(
    '%s takes the route of the task, and its fallback',
    async (model) => {
      const answer = await ask(runtime, { model }, { tongue: asked });
      expect([answer.status, answer.headers['x-holdfast-target']]).toEqual([
        200,
        'spare/sim/plain',
      ]);
      expect(runtime.records().at(-1)).toMatchObject({
        task: 'title_generation',
        model,
        outcome: 'answered',
      });
    },
  );

  it('the longest pattern wins: another claude is the main task', async () => {
    await ask(runtime, { model: 'claude-sonnet-4-6' }, { tongue: asked });
    expect(runtime.records().at(-1)).toMatchObject({
      task: 'main',
      answeredBy: 'vendor/sim/plain',
    });
  });
});
