/** One provider that speaks several protocols: each request is relayed in its own, with the same key and the same health. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { openaiResponses, tongues } from './tongues.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

function start(model = 'sim/echo', more: object = {}): Runtime {
  const base_urls = Object.fromEntries(tongues.map(({ protocol }) => [protocol, sim.url]));
  return createRuntime({
    config: {
      main: { provider: 'one', model },
      providers: { one: { base_urls, api_key: 'sk-sim-good' } },
      ...more,
    },
  });
}

const paths = (): readonly string[] => sim.log().map(({ path }) => path);

describe('a provider that speaks several protocols', () => {
  it.each(tongues.map((tongue) => [tongue.protocol, tongue] as const))(
    'is asked in %s by those who ask in it',
    async (_name, tongue) => {
      const runtime = start();
      const answer = await ask(runtime, {}, { tongue });
      await runtime.close();
      expect(tongue.readWhole(answer.text)).toContain('hello there');
      expect(paths()).toEqual([tongue.path]);
      expect(answer.headers['x-holdfast-target']).toBe('one/sim/echo');
    },
  );

  it('keeps what a task says of its targets in each of them', async () => {
    const auxiliary = { notes: { timeout: 1, extra_body: { metadata: { user_id: 'u' } } } };
    const runtime = start('sim/echo', { auxiliary });
    for (const tongue of tongues)
      expect((await ask(runtime, { model: 'notes' }, { tongue })).status).toBe(200);
    await runtime.close();
  });

  it('is left for all of them when its key is refused in one', async () => {
    const base_urls = Object.fromEntries(tongues.map(({ protocol }) => [protocol, sim.url]));
    const runtime = start('sim/echo', { providers: { one: { base_urls, api_key: 'sk-sim-revoked' } } });
    for (const tongue of tongues) await ask(runtime, {}, { tongue });
    await runtime.close();
    expect(paths()).toEqual(['/v1/chat/completions']);
  });

  it('is not asked in a protocol that it does not speak', async () => {
    const providers = { one: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } };
    const runtime = start('sim/echo', { providers });
    const answer = await ask(runtime, {}, { tongue: openaiResponses });
    await runtime.close();
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('openai-responses cannot be carried into another protocol');
    expect(paths()).toEqual([]);
  });
});
