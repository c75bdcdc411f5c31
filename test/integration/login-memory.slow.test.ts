/**
 * Callers' logins in the memory of a gateway: a snapshot of its heap has them while the redactor
 * must know them, and ten minutes after their last use none of them any more (law 2).
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'f'.repeat(24)}`;
let sim: SimulatedProvider;
let home: string;
let gateway: ChildProcess;
let url: string;

beforeEach(async () => {
  sim = await startSimulatedProvider();
  home = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  const server = { base_url: sim.url, protocol: 'openai-chat' };
  const config = {
    main: 'vendor/sim/plain',
    fallback_chain: ['ours/sim/plain'],
    records: { content: true },
    gateway: { port: 0, caller_login: 'local' },
    providers: {
      vendor: { ...server, credentials: [{ caller: true }] },
      ours: { ...server, api_key: 'sk-sim-good' },
    },
  };
  gateway = fork(join(import.meta.dirname, '../processes/fast-gateway-process.ts'), {
    execArgv: [],
    env: { HOLDFAST_HOME: home, GATEWAY_KEY: key, GATEWAY_CONFIG: JSON.stringify(config) },
  });
  [url] = await once(gateway, 'message');
});
afterEach(async () => {
  gateway.kill();
  await once(gateway, 'exit');
  await sim.close();
  rmSync(home, { recursive: true });
});

interface Case {
  /** A key of the simulated provider: what becomes of the login. */
  readonly kind: string;
  readonly model?: string;
  readonly isStreamed?: boolean;
  /** It comes without a gateway key. */
  readonly isAlone?: boolean;
  readonly leavesAfterMs?: number;
  readonly path?: string;
}

const cases: readonly Case[] = [
  ...[true, false].flatMap((isStreamed) =>
    ['good', 'never', 'exhausted', 'broke', 'forbidden', 'plan-60'].flatMap((kind) =>
      [true, false].map((isAlone) => ({ kind, isStreamed, isAlone })),
    ),
  ),
  ...['reset', 'cut-after-2', 'status-529', 'html-200', 'empty'].map((name) => ({
    kind: 'good',
    isStreamed: true,
    model: `vendor/sim/${name}`,
  })),
  { kind: 'good', isStreamed: true, model: 'vendor/sim/pace-20ms', leavesAfterMs: 100 },
  { kind: 'good', model: 'vendor/sim/slow-first-5s', leavesAfterMs: 100 },
  { kind: 'good', path: '/v1/nowhere', isAlone: true },
];

function ask(login: string, { model = 'main', isStreamed, isAlone, leavesAfterMs, path }: Case) {
  const messages = [{ role: 'user', content: 'hello '.repeat(20) }];
  const asked = request(`${url}${path ?? '/v1/chat/completions'}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${login}`,
      ...(isAlone === true ? {} : { 'x-holdfast-key': key }),
    },
  });
  if (leavesAfterMs !== undefined) setTimeout(() => asked.destroy(), leavesAfterMs);
  asked.end(JSON.stringify({ model, messages, stream: isStreamed === true }));
  return new Promise<void>((resolve) => {
    asked.on('response', (answer) => answer.resume().on('close', resolve));
    asked.on('error', () => resolve());
  });
}

/** Lists those that the heap has. */
async function findIn(logins: readonly string[]): Promise<readonly string[]> {
  const path = join(home, 'heap');
  gateway.send(path);
  await once(gateway, 'message');
  const heap = readFileSync(path, 'latin1');
  return logins.filter((login) => heap.includes(login.slice(-32)));
}

it('no login is in the heap ten minutes after its last use, whatever became of it', async () => {
  const logins = cases.map(({ kind }) => `sk-sim-${kind}+${crypto.randomUUID()}`);
  await Promise.all(cases.map((one, index) => ask(logins[index] ?? '', one)));
  expect((await findIn(logins)).length).toBeGreaterThan(logins.length / 2);
  await delay(13_000); // of its clock: 13 minutes
  expect(await findIn(logins)).toEqual([]);
}, 120_000);
