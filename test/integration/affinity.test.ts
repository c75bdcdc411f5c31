/**
 * Three processes over one home, one pool of four keys: a conversation stays with one key in all of
 * them, and moves once when that key dies.
 */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { type EngineProcess, startEngineProcess } from '../processes/start-engine.ts';
import { useSimAndHome } from './sim-and-home.ts';

const world = useSimAndHome();
const engines: EngineProcess[] = [];
afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));

const names = ['one', 'two', 'three', 'four'];
const secretOf = (name: string, kind = 'good'): string => `sk-sim-${kind}+${name}`;

/** Writes all keys, this one as a revoked one. */
function writeKeys(revoked?: string): void {
  const lines = names.map((name) => {
    const kind = name === revoked ? 'revoked' : 'good';
    return `KEY_${name.toUpperCase()}=${secretOf(name, kind)}\n`;
  });
  writeFileSync(join(world.home, '.env'), lines.join(''));
}

/** The name of the key that answered last. */
function lastKey(): string | undefined {
  const last = world.sim.log().findLast(({ status }) => status === 200);
  return names.find((name) => {
    const print = createHash('sha256').update(secretOf(name)).digest('hex').slice(0, 16);
    return last?.keyFingerprint === `sha256:${print}`;
  });
}

it('a conversation of 30 turns stays with one key, and moves once when the key dies', async () => {
  writeKeys();
  const credentials = names.map((name) => ({ label: name, env: `KEY_${name.toUpperCase()}` }));
  const server = { base_url: world.sim.url, protocol: 'openai-chat', pace: 'quick' };
  const config = {
    main: { provider: 'sim', model: 'sim/plain' },
    providers: { sim: { ...server, credentials, selection: 'round-robin' } },
  };
  engines.push(...(await Promise.all([1, 2, 3].map(() => startEngineProcess(world.home, config)))));
  const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
  const asked: (string | undefined)[] = [];
  const others = new Set<string | undefined>();
  for (let turn = 1; turn <= 30; turn++) {
    messages.push({ role: 'assistant', content: `Air scatters ${turn}.` });
    messages.push({ role: 'user', content: 'Go on.' });
    if (turn === 11) writeKeys(asked.at(-1));
    if (turn === 21) writeKeys();
    const engine = engines[turn % 3];
    expect(await engine?.ask({ messages })).toBe(200);
    asked.push(lastKey());
    expect(await engine?.ask()).toBe(200);
    others.add(lastKey());
  }
  const [home] = asked;
  const next = asked.at(-1);
  expect(asked).toEqual([...Array(10).fill(home), ...Array(20).fill(next)]);
  expect(home).not.toBe(next);
  expect(others.size).toBeGreaterThan(1);
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  const store = createInPlaceStore(createNodeHost({}), join(world.home, 'state.db'));
  const { moved } = await store.readHealth();
  expect(moved).toEqual([
    expect.objectContaining({ credential: expect.stringContaining(next ?? 'nobody') }),
  ]);
  await store.close();
}, 60_000);
