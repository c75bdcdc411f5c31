/**
 * A gateway with workers is one gateway for who looks at it: real processes, whose requests arrive
 * at whichever worker has its turn.
 */

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../src/explain/snapshot/snapshot.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';

const adminKey = `hf_test_${'a'.repeat(24)}`;
const workers = 3;

let home: string;
let sim: SimulatedProvider;
let gateway: GatewayProcess;

const start = async (): Promise<void> => {
  const environment = { HOLDFAST_ADMIN_KEY: adminKey, TMPDIR: home };
  gateway = await startGatewayProcess(home, environment, ['--workers', String(workers)]);
  const counts = { of: workers, running: workers, restarts: 0 };
  await vi.waitFor(async () => expect((await health()).workers).toEqual(counts), 60_000);
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-one-'));
  sim = await startSimulatedProvider({});
  writeFileSync(
    join(home, 'config.yaml'),
    `main: sim/sim/echo\nproviders:\n  sim: {base_url: '${sim.url}', protocol: openai-chat, api_key: sk-sim-good}\n`,
    { mode: 0o600 },
  );
  await start();
}, 120_000);

afterAll(async () => {
  await gateway.stop();
  await sim.close();
  rmSync(home, { recursive: true });
});

/** Each on a connection of its own: the next worker has its turn. */
const admin = (path: string, more: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    redirect: 'manual',
    headers: { authorization: `Bearer ${adminKey}`, connection: 'close' },
    ...more,
  });

const read = async <T>(path: string): Promise<T> => JSON.parse(await (await admin(path)).text());

const health = (): Promise<{ readonly workers?: object }> => read('/admin/health');
const snapshot = (): Promise<Snapshot> => read('/admin/snapshot');

const ask = (key = gateway.key): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
  });

const pidsOfWorkers = (): readonly number[] =>
  execFileSync('pgrep', ['-P', String(gateway.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);

const logged = (event: string): number =>
  readdirSync(join(home, 'logs'))
    .map((name) => readFileSync(join(home, 'logs', name), 'utf8'))
    .join('')
    .split(`"event":"${event}"`).length - 1;

it('counts and finds the requests of all workers, and lets a browser in at each', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask()));
  await Promise.all(answers.map((answer) => answer.text()));
  const ids = answers.map(({ headers }) => headers.get('x-holdfast-request-id'));
  expect(new Set(ids).size).toBe(40);
  for (let at = 0; at < 7; at += 1) expect((await ask('nobody')).status).toBe(401);
  await expect
    .poll(async () => (await admin('/metrics')).text())
    .toMatch(/^holdfast_requests_total\{.*outcome="answered"\} 40$/m);
  await expect
    .poll(async () => (await admin('/metrics')).text())
    .toMatch(/^holdfast_refused_total\{code="gateway-key-wrong"\} 7$/m);
  await expect
    .poll(async () => (await admin('/metrics')).text())
    .toMatch(/^holdfast_requests_in_flight 0$/m);
  for (const id of ids) expect(await read(`/admin/records/${id}`)).toMatchObject({ id });
  expect(await snapshot()).toMatchObject({
    self: { pid: gateway.pid, url: gateway.url, workers: { of: workers, running: workers } },
    callers: [{ day: { asked: 40 } }],
  });

  const linked = await admin('/admin/link', { method: 'POST' });
  const made: { readonly url: string } = JSON.parse(await linked.text());
  const path = made.url.slice(gateway.url.length);
  const entered = await admin(path, { headers: { connection: 'close' } });
  expect(entered.status).toBe(303);
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  for (let at = 0; at < 2 * workers; at += 1) {
    expect((await admin(path, { headers: { connection: 'close' } })).status).toBe(401);
    const own = { headers: { cookie, connection: 'close' } };
    expect((await admin('/admin/session', own)).status).toBe(200);
    expect((await admin('/admin/snapshot', { headers: { connection: 'close' } })).status).toBe(401);
    const shown = { authorization: `Bearer ${gateway.key}`, connection: 'close' };
    expect((await admin('/admin/snapshot', { headers: shown })).status).toBe(403);
  }
}, 120_000);

it('tells a change once, whoever sees it first', async () => {
  const seeAll = async (): Promise<void> => {
    for (let at = 0; at < 3 * workers; at += 1) await (await ask()).text();
  };
  appendFileSync(join(home, 'config.yaml'), '# a remark\n');
  const good = readFileSync(join(home, 'config.yaml'), 'utf8');
  await seeAll();
  await expect.poll(() => logged('config-reloaded')).toBe(1);
  appendFileSync(join(home, 'config.yaml'), 'no such thing: 1\n');
  await seeAll();
  await expect.poll(() => logged('config-refused')).toBe(1);
  expect(await read('/admin/health')).toHaveProperty('configRefused');
  writeFileSync(join(home, 'config.yaml'), good, { mode: 0o600 });
  expect(logged('config-reloaded')).toBe(1);
  expect(logged('started')).toBe(1);
}, 120_000);

it('shows who is silent and who has died, and goes on', async () => {
  const [stopped = 0, killed = 0] = pidsOfWorkers();
  process.kill(stopped, 'SIGSTOP');
  // whoever asks may have the turn of the stopped one
  const look = async (): Promise<object | undefined> => {
    const own = { headers: { authorization: `Bearer ${adminKey}` } };
    const signal = AbortSignal.timeout(1000);
    const text = await admin('/admin/snapshot', { ...own, signal })
      .then((answer) => answer.text())
      .catch(() => undefined);
    const told: Snapshot | undefined = text && JSON.parse(text);
    return told?.self.workers;
  };
  await expect.poll(look, { timeout: 10_000 }).toMatchObject({ running: workers, silent: 1 });
  process.kill(stopped, 'SIGCONT');
  process.kill(killed, 'SIGKILL');
  await expect
    .poll(look, { timeout: 20_000 })
    .toEqual({ of: workers, running: workers, restarts: 1 });
  expect((await ask()).status).toBe(200);
}, 120_000);

it('ends the event streams when it drains, and leaves nothing behind', async () => {
  const [folder = ''] = readdirSync(home).filter((name) => /^holdfast-\w{6}$/.test(name));
  expect(statSync(join(home, folder)).mode & 0o777).toBe(0o700);
  const streams = await Promise.all(Array.from({ length: workers }, () => admin('/admin/events')));
  const told = streams.map((stream) => stream.text()); // rejects for one that is cut
  await gateway.stop();
  expect(await Promise.all(told)).toHaveLength(workers);
  const left = readdirSync(home);
  expect(left).not.toContain(folder);
  expect(left).not.toContain('running.json');
}, 120_000);

it('ends the event streams where the primary is killed, and starts again', async () => {
  await start();
  const streams = await Promise.all(Array.from({ length: workers }, () => admin('/admin/events')));
  const told = Promise.allSettled(streams.map((stream) => stream.text()));
  const pids = pidsOfWorkers();
  process.kill(gateway.pid, 'SIGKILL');
  expect(await told).toHaveLength(workers);
  // the workers have nobody any more, and end
  await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  await start();
}, 120_000);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
