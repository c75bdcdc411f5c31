/**
 * The plan of every task, for any configuration: a target is what config names, whole; what it
 * cannot mean is said.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageEngine } from '../../../test/fakes/engine-stage.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';

const names = ['one', 'two', 'three'] as const;
/** Model names say whose they are, so that a target made of two halves would be seen. */
const target = fc
  .record({ provider: fc.constantFrom(...names), model: fc.constantFrom('a', 'b') })
  .map(({ provider, model }) => ({ provider, model: `${model}-of-${provider}` }));
const chain = fc.array(target, { maxLength: 3 });
const task = fc.oneof(
  fc.record({ provider: fc.constantFrom('auto', 'main') }),
  fc
    .record({ target, fallback_chain: chain, fallback: fc.constantFrom('main', 'none') })
    .map(({ target: own, ...rest }) => ({ ...own, ...rest })),
  fc.record({
    base_url: fc.constant('https://own.test/v1'),
    model: fc.constant('a-of-own'),
    api_key: fc.constant('sk-test-of-the-task'),
  }),
);
const plans = fc.record({
  main: target,
  fallback_chain: chain,
  auxiliary: fc.dictionary(fc.constantFrom('compression', 'vision', 'other'), task),
});
const providers = Object.fromEntries(
  names.map((name) => [
    name,
    {
      base_url: `https://${name}.test/v1`,
      protocol: 'openai-chat',
      api_key: `sk-test-of-${name}-only`,
    },
  ]),
);

describe('the plan of every task', () => {
  it("never has the model of one target at another's endpoint, or with another's key", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const runtime = createRuntime({ host: createFakeHost(), config: { ...plan, providers } });
        const { routes, pools } = runtime.config();
        for (const { targets } of routes.values())
          for (const {
            target: { model, origin, pool },
          } of targets) {
            const owner = model.replace(/^.-of-/, '');
            expect(origin).toBe(`https://${owner}.test`);
            for (const credential of pools.get(pool) ?? []) expect(credential.origin).toBe(origin);
          }
        void runtime.close();
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it.each([99, -1])(
    'a number of retries of its own is refused by name: %i',
    (transient_retries) => {
      const auxiliary = { compression: { provider: 'auto', transient_retries } };
      const start = () =>
        createRuntime({ host: createFakeHost(), config: { main: 'one/a', providers, auxiliary } });
      expect(start).toThrow(/transient_retries/);
    },
  );
});

describe('the main route', () => {
  it('is all that `auto` has, whoever else is configured; the error names what to fix', async () => {
    const stage = stageEngine({
      main: 'one/a',
      auxiliary: { vision: { provider: 'auto' } },
      providers: {
        ...providers,
        one: { ...providers['one'], api_key: 'sk-test-that-is-not-good' },
      },
    });
    stage.host.upstream.answerBy(() => ({
      status: 401,
      chunks: ['{"error":{"code":"invalid_api_key","message":"no such key"}}'],
    }));
    const answer = await stage.ask({ model: 'vision' });
    expect(new Set(stage.host.upstream.requests.map(({ origin }) => origin))).toEqual(
      new Set(['https://one.test']),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.message).toMatch(/one rejected the key .*config/);
    await stage.runtime.close();
  });
});
