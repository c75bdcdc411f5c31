/**
 * One host, several accounts on it: what one of them says of a key is not true of the others (laws
 * 5 and 6).
 */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import {
  type SimFaultOption,
  type SimulatedProvider,
  startSimulatedProvider,
} from '../../src/sim/index.ts';
import { ask } from './harness.ts';

const key = 'sk-sim-good+shared';
const second = 'sk-sim-good+second';
const faults: readonly SimFaultOption[] = [
  { key, site: '/plan', fault: 'exhausted' },
  { key: second, site: '/plan', fault: 'exhausted' },
  { key, site: '/gone', fault: 'never' },
  { key, site: '/gone2', fault: 'revoked' },
];

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider({ sites: ['/plan', '/paid', '/gone', '/gone2'], faults });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const at = (path: string) => ({ base_url: `${sim.origin}${path}/v1`, protocol: 'openai-chat' });

/**
 * A provider for each of these sites, asked in this order; without keys of their own all have the
 * same.
 */
function start(names: readonly string[], credentials?: (name: string) => object): Runtime {
  const [first, ...others] = names;
  const keysOf = credentials ?? (() => ({ api_key: key }));
  return createRuntime({
    config: {
      main: `${first}/sim/echo`,
      fallback_chain: others.map((name) => `${name}/sim/echo`),
      providers: Object.fromEntries(
        names.map((name) => [name, { ...at(`/${name}`), ...keysOf(name) }]),
      ),
    },
  });
}

/** The sites that were asked, in order. */
const asked = (): readonly string[] =>
  sim.log().map(({ path }) => path.replace('/v1/chat/completions', ''));

it('a plan that is spent leaves pay-as-you-go on the same host with the same key', async () => {
  const runtime = start(['plan', 'paid']);
  const answers = [await ask(runtime), await ask(runtime), await ask(runtime)];
  await runtime.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.map(({ headers }) => headers['x-holdfast-target'])).toEqual(
    Array(3).fill('paid/sim/echo'),
  );
  expect(asked()).toEqual(['/plan', '/paid', '/paid', '/paid']);
});

it('a key that two sites of a host refuse is refused there, and `auth list` says so; where it has worked it is asked', async () => {
  const first = start(['paid', 'gone', 'gone2']);
  expect((await ask(first)).status).toBe(200);
  for (const name of ['gone', 'gone2']) await ask(first, { model: `${name}/sim/echo` });
  sim.clearLog();
  const signal = new AbortController().signal;
  expect((await ask(first)).status).toBe(200);
  expect(asked()).toEqual(['/paid']);
  await first.close();

  const next = start(['gone', 'gone2', 'paid']);
  expect((await ask(next)).status).toBe(400);
  expect(asked().slice(1)).toEqual(['/gone', '/gone2']);
  const [report] = await next.keys.report({ name: 'paid', signal });
  expect(report?.keys).toMatchObject([
    { state: 'out', marks: [{ covers: 'key' }, { covers: 'key' }] },
  ]);
  expect(await next.keys.reset({ name: 'paid', signal })).toHaveLength(2);
  expect((await ask(next, { model: 'paid/sim/echo' })).status).toBe(200);
  await next.close();
});

it('what is of one account at two sites is one site: its quota is asked once', async () => {
  const credentials = (name: string) => ({
    credentials: [{ api_key: name === 'plan' ? key : second, label: name, account: 'team' }],
  });
  const runtime = start(['plan', 'paid'], credentials);
  expect((await ask(runtime)).status).toBe(400);
  await runtime.close();
  expect(asked()).toEqual(['/plan']);
});

it('a reset of one provider leaves what another site of the host says of its own account', async () => {
  const runtime = start(['plan', 'paid']);
  await ask(runtime);
  const signal = new AbortController().signal;
  expect(await runtime.keys.reset({ name: 'paid', signal })).toEqual([]);
  expect((await runtime.keys.reset({ name: 'plan', signal })).map(({ cause }) => cause)).toEqual([
    'billing',
  ]);
  await runtime.close();
});
