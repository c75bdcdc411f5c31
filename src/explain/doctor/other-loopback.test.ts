/** A local server that listens at one loopback address is found when the other was written. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { Plan, TargetPlan } from '../plan/plan.ts';
import { checkServers } from './network-checks.ts';
import type { Trouble } from './troubles.ts';

const target = (baseUrl: string): TargetPlan => ({
  id: 'one/m',
  provider: 'one',
  baseUrl,
  reason: 'main',
  images: { seen: 'unknown' },
  standing: { state: 'untried' },
  keys: [],
});
const plan = (targets: readonly TargetPlan[]): Plan => ({
  at: 0,
  config: '/h/config.yaml',
  routes: [{ task: 'main', isUsable: true, targets }],
  tasksOff: [],
});
const whats = (troubles: readonly Trouble[]): readonly string[] =>
  troubles.map(({ what, fix }) => `${what} → ${fix?.command ?? fix?.text ?? 'nothing'}`);
const refused = (): Error => Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
const { signal } = new AbortController();

it.each([
  ['http://127.0.0.1:11434/v1', 'http://[::1]:11434', 'http://[::1]:11434/v1', '[::1]:11434'],
  ['http://[::1]:8080', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1:8080'],
  ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1:8080'],
])('at the other loopback address is found: %s', async (baseUrl, origin, found, at) => {
  const host = createFakeHost();
  const look = async (closed: readonly string[]): Promise<readonly string[]> => {
    host.upstream.enqueue({ error: refused() });
    const tryConnection = async (asked: string): Promise<void> => {
      if (closed.includes(asked)) throw refused();
    };
    const [check] = checkServers({ ...host, tryConnection }, plan([target(baseUrl)]));
    return whats((await check?.look(signal)) ?? []);
  };
  expect(await look([])).toEqual([
    expect.stringMatching(/nothing listens there, but a server does at /),
  ]);
  const [told = ''] = await look([]);
  expect(told).toContain(` at ${at} → holdfast config set providers.one.base_url`);
  expect(told).toContain(found);
  expect((await look([origin, 'http://[::1]:8080']))[0]).not.toContain('but a server does');
});

it.each([
  ['takes connections and is silent', /silent; see whether it is stopped \(kill -CONT PID\)/],
  ['takes none', / not even a refusal: let a firewall /],
] as const)('what to do with a server that %s', async (state, expected) => {
  const host = createFakeHost();
  host.upstream.enqueue({ error: new Error('gave no answer') });
  const tryConnection = async (): Promise<void> => {
    if (state === 'takes none') throw refused();
  };
  const [check] = checkServers({ ...host, tryConnection }, plan([target('http://10.0.0.7:1/v1')]));
  expect(whats((await check?.look(signal)) ?? [])).toEqual([expect.stringMatching(expected)]);
});
