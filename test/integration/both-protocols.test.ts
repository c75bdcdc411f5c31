/**
 * One provider that speaks several protocols: each request is relayed in its own, with the same key
 * and the same health, and translated where it speaks another only.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { tongues, translatedPairs } from './protocol-cases.ts';

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
    const auxiliary = { notes: { timeout: 1, extra_body: { labels: { team: 'u' } } } };
    const runtime = start('sim/echo', { auxiliary });
    for (const tongue of tongues)
      expect((await ask(runtime, { model: 'notes' }, { tongue })).status).toBe(200);
    await runtime.close();
  });

  it('is left for all of them when its key is refused in one', async () => {
    const base_urls = Object.fromEntries(tongues.map(({ protocol }) => [protocol, sim.url]));
    const runtime = start('sim/echo', {
      providers: { one: { base_urls, api_key: 'sk-sim-revoked' } },
    });
    for (const tongue of tongues) await ask(runtime, {}, { tongue });
    await runtime.close();
    expect(paths()).toEqual(['/v1/chat/completions']);
  });

  it.each(translatedPairs)(
    'is not asked in a protocol that it does not speak: %s',
    async (_name, pair) => {
      const { asked, spoken } = pair;
      const providers = {
        one: { base_url: sim.url, protocol: spoken.protocol, api_key: 'sk-sim-good' },
      };
      const runtime = start('sim/echo', { providers });
      const answer = await ask(runtime, {}, { tongue: asked });
      await runtime.close();
      expect(asked.readWhole(answer.text)).toContain('hello there');
      expect(paths()).toEqual([spoken.path]);
    },
  );
});
