/**
 * `node bench/fleet.ts` measures a fleet of three gateways with one `redis-server`, all on this
 * machine and under load: the engine's calls for each request, without and with a budget, and the
 * time until a mark of one member is known to another. `--seconds 10`. Exits with 1 if a goal is
 * missed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createNodeHost } from '../src/host/node-host.ts';
import { connectValkey, type ValkeyConnection } from '../src/host/node-valkey.ts';
import { startSimulatedProvider } from '../src/sim/index.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { markOf } from '../test/contracts/store/rows.ts';
import { percentile } from './figures.ts';
import { describeLoad, describeMachine, findFreePort } from './machine.ts';

const { values: flags } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const seconds = Number(flags.seconds);
const memberCount = 3;
const connectionsOfEach = 4;
const marks = 200;
const goals = { callsWithBudget: 0.05, p50Ms: 10, p99Ms: 100 };
const key = `hf_bench_${'0'.repeat(24)}`;
const fleetKey = '0123456789abcdef'.repeat(4);

const folder = mkdtempSync(join(tmpdir(), 'holdfast-fleet-'));
const ends: (() => Promise<unknown> | unknown)[] = [
  () => rmSync(folder, { recursive: true, force: true }),
];
try {
  const provider = await startSimulatedProvider();
  ends.unshift(() => provider.close());
  const engineUrl = await startEngine();
  const engine = await connectValkey(engineUrl);
  ends.unshift(() => engine.close());
  console.log(`${describeMachine()}; load ${describeLoad()}`);
  const ground = { engine, engineUrl, providerUrl: provider.url };
  const bare = await measure(ground, 'no budget', '');
  const budgeted = await measure(
    ground,
    'a budget of 100,000 requests',
    'budget: {requests: 100000, per: hour}',
  );
  const isMet =
    budgeted.perRequest <= goals.callsWithBudget &&
    [bare, budgeted].every(({ p50, p99 }) => p50 <= goals.p50Ms && p99 <= goals.p99Ms);
  process.exitCode = isMet ? 0 : 1;
} finally {
  for (const end of ends) await end();
}

interface Ground {
  readonly engine: ValkeyConnection;
  readonly engineUrl: string;
  readonly providerUrl: string;
}

interface Measured {
  /** Calls of the engine for each request. */
  readonly perRequest: number;
  /** Until a mark is known elsewhere, in ms. */
  readonly p50: number;
  readonly p99: number;
}

/** What a fleet of its own, with this line in its configuration, asks of the engine. */
async function measure(
  { engine, engineUrl, providerUrl }: Ground,
  what: string,
  budget: string,
): Promise<Measured> {
  const prefix = what.replaceAll(/\W+/g, '-');
  const state = `${engineUrl}?prefix=${prefix}`;
  const config = join(folder, `${prefix}.yaml`);
  writeFileSync(
    config,
    `main: sim/sim/echo
providers: {sim: {base_url: "${providerUrl}", protocol: openai-chat, local: false, api_key: sk-sim-good}}
state: ${state}
gateway: {drain_delay: 0}
${budget}
`,
  );
  const names = Array.from({ length: memberCount }, (_, index) => `${prefix}-${index}`);
  const gateways = await Promise.all(names.map((name) => startGateway(name, config)));
  const stores = [1, 2].map(() => openMember(prefix, engineUrl));
  await Promise.all(gateways.map(({ url }) => ask(url)));
  await sleep(3000);
  const idle = await countDuring(engine, () => sleep(seconds * 1000));
  let asked = 0;
  const busy = await countDuring(engine, async () => {
    asked = await loadAll(gateways);
  });
  const perRequest = (busy.writes - idle.writes) / asked;
  console.log(
    `${what}: ${asked} requests in ${seconds} s; writes to the engine a second: idle ${(idle.writes / seconds).toFixed(1)}, under load ${(busy.writes / seconds).toFixed(1)}, so ${(100 * perRequest).toFixed(2)} % of requests; all commands a second: idle ${(idle.all / seconds).toFixed(1)}, under load ${(busy.all / seconds).toFixed(1)}`,
  );
  let isOver = false;
  const load = gateways.map(async ({ url }) => {
    while (!isOver) await ask(url);
  });
  const times = await measureMarks(stores);
  isOver = true;
  await Promise.all(load);
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  console.log(
    `${what}: ${marks} marks of one member under load are known to another after p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  );
  for (const store of stores) await store.close();
  for (const { end } of gateways) await end();
  return { perRequest, p50, p99 };
}

/** Asks each gateway over some connections, each the next request after its answer. */
async function loadAll(gateways: readonly { readonly url: string }[]): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const load = async (url: string): Promise<number> => {
    let asked = 0;
    for (; performance.now() < until; asked += 1) await ask(url);
    return asked;
  };
  const places = gateways.flatMap(({ url }) => new Array<string>(connectionsOfEach).fill(url));
  const counts = await Promise.all(places.map(load));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function startEngine(): Promise<string> {
  const port = await findFreePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout ?? []) if (/Ready to accept/.test(String(chunk))) break;
  ends.unshift(() => child.kill('SIGKILL'));
  return `redis://127.0.0.1:${port}`;
}

async function startGateway(name: string, config: string) {
  const home = join(folder, name);
  mkdirSync(home);
  const launcher = join(import.meta.dirname, '../bin/holdfast.js');
  const child = spawn(process.execPath, [launcher, 'serve', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      HOLDFAST_HOME: home,
      HOLDFAST_CONFIG: config,
      HOLDFAST_PORT: '0',
      HOLDFAST_GATEWAY_KEY: key,
      HOLDFAST_FLEET_KEY: fleetKey,
    },
  });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  ends.unshift(end);
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const port = /"port": ?(\d+)/.exec(said)?.[1];
    if (port !== undefined) return { url: `http://127.0.0.1:${port}/v1`, end };
  }
  throw new Error(`a gateway ended: ${said}`);
}

async function ask(url: string): Promise<void> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"model":"main","messages":[{"role":"user","content":"hello there"}]}',
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}

/** Two members in this process, so that one clock measures both. */
function openMember(prefix: string, url: string): Store {
  const host = createNodeHost();
  const path = join(folder, `${host.randomToken(6)}.db`);
  const { member: id, machine } = host;
  const fleet = {
    url: `${url}?prefix=${prefix}`,
    keys: [fleetKey],
    describe: () => ({
      id,
      machine,
      home: path,
      version: '',
      settings: {},
      variables: {},
      digestOf: '',
    }),
    onOpened: () => undefined,
  } as const;
  return openStore('in-place', { host, path, fleet, emit: () => undefined });
}

async function measureMarks([writer, reader]: readonly Store[]): Promise<readonly number[]> {
  const heard = new Map<string, () => void>();
  reader?.subscribe(({ marks: changed }) => {
    for (const { key: name } of changed) heard.get(name)?.();
  });
  const times: number[] = [];
  for (let count = 0; count < marks; count += 1, await sleep(20)) {
    const now = Date.now();
    const name = `bench ${count} ${now}`;
    const start = performance.now();
    const known = new Promise<void>((resolve) => heard.set(name, resolve));
    const scope = { origin: `https://bench${count}.test` };
    const mark = markOf({ key: name, scope, since: now, until: now + 60_000 });
    await writer?.openMark(mark, { leasedAt: now, now });
    await known;
    times.push(performance.now() - start);
  }
  return times;
}

interface EngineCalls {
  /** Changes that were appended to the log. */
  readonly writes: number;
  /** With reading, and asking whether it is there. */
  readonly all: number;
}

async function countDuring(
  engine: ValkeyConnection,
  work: () => Promise<unknown>,
): Promise<EngineCalls> {
  const before = await count(engine);
  await work();
  const after = await count(engine);
  return { writes: after.writes - before.writes, all: after.all - before.all };
}

/** What its scripts call is no call of ours. */
async function count(engine: ValkeyConnection): Promise<EngineCalls> {
  const said = String(await engine.call('INFO', ['commandstats']));
  const calls = (command: string): number =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(said)?.[1] ?? 0);
  const writes = calls('eval');
  return { writes, all: writes + calls('xread') + calls('hmget') };
}
