/**
 * `serve --workers`: real processes under load, killed and replaced. The length of the run under
 * kills is HOLDFAST_KILL_SECONDS, 20 by default.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import {
  askOnce,
  countServing,
  type Ended,
  findRecord,
  keepAsking,
  type Load,
  listWorkers,
} from './workers-stage.ts';

let home: string;
let provider: SimulatedProvider;
let gateway: GatewayProcess | undefined;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-workers-'));
  provider = await startSimulatedProvider({ pace: 5 });
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await provider.close();
  rmSync(home, { recursive: true });
});

async function start(workers: number, more: object = {}): Promise<GatewayProcess> {
  const sim = { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' };
  const config = { main: 'sim/sim/echo', providers: { sim }, ...more };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config), { mode: 0o600 });
  gateway = await startGatewayProcess(home, {}, ['--workers', String(workers)]);
  const { pid } = gateway;
  await until(() => listWorkers(pid).length === workers);
  await sleep(1500);
  return gateway;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 600; tries += 1) await sleep(50);
  expect(isSo()).toBe(true);
}

/** The state file keeps 5,000 records of plain successes; side tasks and probes are among them. */
const keptRecords = 4000;

/** On a machine that is not overloaded, the primary knows by then what a client has seen. */
const toldMs = 50;

const loads: readonly Load[] = [
  ...Array.from({ length: 6 }, () => ({ isKept: true, isStream: true })),
  ...Array.from({ length: 4 }, () => ({ isKept: false, isStream: true })),
  ...Array.from({ length: 3 }, () => ({ isKept: true, isStream: false })),
  ...Array.from({ length: 3 }, () => ({ isKept: false, isStream: false })),
];

it('loses nothing but what a killed worker was answering, and records that as failed', async () => {
  const seconds = Number(process.env['HOLDFAST_KILL_SECONDS'] ?? 20);
  const serving = await start(4);
  const adminKey = readFileSync(join(home, 'admin.key'), 'utf8').trim();
  const kills: number[] = [];
  let isOver = false;
  const lag = measureLag();
  const asking = loads.map((load) => keepAsking(serving, load, () => isOver));
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    // A busy machine needs longer to start one: there must be others to go on with.
    const [victim] = listWorkers(serving.pid);
    if (victim === undefined || (await countServing(serving, adminKey)) < 3) continue;
    kills.push(Date.now());
    process.kill(victim, 'SIGKILL');
  }
  await sleep(1000);
  isOver = true;
  const ended = (await Promise.all(asking)).flat();
  await sleep(1500); // the primary writes once a second
  const count = (how: Ended['how']): number => ended.filter((one) => one.how === how).length;
  process.stderr.write(
    `${kills.length} kills, ${ended.length} requests: ${count('whole')} whole, ${count('broken')} broken\n`,
  );
  expect([count('wrong'), count('hangs'), count('refused')]).toEqual([0, 0, 0]);
  expect(count('whole')).toBeGreaterThan(5 * seconds);
  // Only kills break: a request that broke was under way at one.
  const odd = ended.filter(
    ({ how, startedAt, endedAt }) =>
      how === 'broken' &&
      !kills.some((at) => at >= startedAt - 20 - lag.before(at) && at <= endedAt + 5),
  );
  expect(odd).toEqual([]);
  const outcomes = new Map<string, string>();
  const latest = ended.toSorted((one, other) => other.endedAt - one.endedAt).slice(0, keptRecords);
  const withId = latest.flatMap(({ id }) => id ?? []);
  for (let from = 0; from < withId.length; from += 50)
    await Promise.all(
      withId.slice(from, from + 50).map(async (id) => {
        const record = await findRecord(serving, adminKey, id);
        if (record !== undefined) outcomes.set(id, record.outcome);
      }),
    );
  const told = (wanted: (one: Ended) => boolean): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const one of latest.filter(wanted)) {
      const outcome = outcomes.get(one.id ?? '') ?? 'missing';
      sums[outcome] = (sums[outcome] ?? 0) + 1;
    }
    return sums;
  };
  const isSafe = ({ startedAt, endedAt }: Ended): boolean =>
    kills.every((at) => at < startedAt || at > endedAt + toldMs + lag.before(at));
  expect(told((one) => one.how === 'whole' && isSafe(one))).toEqual({
    answered: latest.filter((one) => one.how === 'whole' && isSafe(one)).length,
  });
  const isCut = (one: Ended): boolean =>
    one.how === 'broken' &&
    one.id !== undefined &&
    kills.some((at) => at > one.startedAt + 100 && at <= one.endedAt + 5);
  expect(told(isCut)).toEqual({ failed: latest.filter(isCut).length });
}, 300_000);

it('answers ten of thirty callers at once on a budget of ten', async () => {
  const serving = await start(4, { budget: { requests: 10, per: 'month' } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => serving.ask('main')));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 400)).toHaveLength(20);
});

it('takes one key in all workers, also where the file of the key has changed since', async () => {
  const serving = await start(2);
  writeFileSync(join(home, 'gateway.key'), `hf_${'n'.repeat(24)}\n`);
  const [victim = 0] = listWorkers(serving.pid);
  process.kill(victim, 'SIGKILL');
  await until(() => listWorkers(serving.pid).filter((pid) => pid !== victim).length === 2);
  await sleep(1500);
  const statuses = new Set<number>();
  for (let turn = 0; turn < 8; turn += 1) statuses.add((await serving.ask('main')).status);
  expect([...statuses]).toEqual([200]);
});

it('refuses no connection while SIGHUP replaces every worker', async () => {
  const serving = await start(3);
  const before = listWorkers(serving.pid);
  let isOver = false;
  const fresh = [true, false, true, false].map((isStream) =>
    keepAsking(serving, { isKept: false, isStream }, () => isOver),
  );
  await sleep(500);
  process.kill(serving.pid, 'SIGHUP');
  await until(() => {
    const now = listWorkers(serving.pid);
    return now.length === 3 && now.every((pid) => !before.includes(pid));
  });
  await sleep(500);
  isOver = true;
  const ended = (await Promise.all(fresh)).flat();
  expect(ended.filter(({ how }) => how !== 'whole')).toEqual([]);
  expect(ended.length).toBeGreaterThan(50);
}, 60_000);

it('replaces workers while the file is broken: they go on as the others do', async () => {
  const serving = await start(2);
  const before = listWorkers(serving.pid);
  writeFileSync(join(home, 'config.yaml'), '{"main": ');
  const isReplaced = (): boolean => {
    const now = listWorkers(serving.pid);
    return now.length === 2 && now.every((pid) => !before.includes(pid));
  };
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until(isReplaced);
  await sleep(1500);
  expect(isReplaced()).toBe(true);
  const statuses = await Promise.all(Array.from({ length: 8 }, () => serving.ask('main')));
  expect(statuses.map(({ status }) => status)).toEqual(new Array(8).fill(200));
}, 60_000);

it('answers whoever was passed to a worker that stands still, and replaces that one', async () => {
  const serving = await start(3);
  const [stopped = 0, ...others] = listWorkers(serving.pid);
  process.kill(stopped, 'SIGSTOP');
  const agent = new Agent({ keepAlive: false });
  const ended: Ended[] = [];
  for (let round = 0; round < 4; round += 1) {
    const asked = Array.from({ length: 6 }, () => askOnce(serving, agent, round % 2 === 0));
    ended.push(...(await Promise.all(asked)));
  }
  await until(() => {
    const now = listWorkers(serving.pid);
    return now.length === 3 && !now.includes(stopped);
  });
  expect(listWorkers(serving.pid)).toEqual(expect.arrayContaining(others));
  expect(ended.filter(({ how }) => how !== 'whole')).toEqual([]);
  expect(serving.said()).toContain(`answers nothing any more (pid ${stopped})`);
}, 120_000);

it('starts no worker and says one thing where the port is taken', async () => {
  const first = await start(2);
  const { port } = new URL(first.url);
  const second = startGatewayProcess(home, { HOLDFAST_PORT: port }, ['--workers', '2']);
  const said = await second.then(
    () => 'it started',
    (error: unknown) => String(error),
  );
  expect(said.match(/is in use/g)).toHaveLength(1);
});

it('finishes what is under way at SIGTERM, in every worker', async () => {
  const serving = await start(2);
  const agent = new Agent();
  const asking = Array.from({ length: 6 }, () => askOnce(serving, agent, true));
  await sleep(100);
  const workers = listWorkers(serving.pid);
  gateway = undefined;
  await serving.stop();
  expect((await Promise.all(asking)).map(({ how }) => how)).toEqual(Array(6).fill('whole'));
  expect(workers.filter(isAlive)).toEqual([]);
});

/**
 * How late timers are on this machine: another process that is as late had not told by then what
 * it had done.
 */
function measureLag(): { before(at: number): number } {
  const found: (readonly [at: number, lateMs: number])[] = [];
  const note = (due: number): void => {
    found.push([Date.now(), Date.now() - due]);
    if (found.length < 20_000) setTimeout(note, 10, Date.now() + 10);
  };
  note(Date.now());
  return {
    before: (at) =>
      2 * Math.max(...found.filter(([then]) => Math.abs(then - at) < 1000).map(([, ms]) => ms)),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
