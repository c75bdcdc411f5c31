/**
 * Measures an open page in front of a busy gateway: 5,000 records, 60 keys, 200 live streams and 50
 * requests a second. How soon it paints, what it costs the gateway, what is sent to it, and whether
 * its memory grows.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { readHeap } from '../test/page/heap.ts';
import type { Contender } from './contender.ts';
import { median } from './figures.ts';
import { Client, encodeRequest, runClosedLoop, runPaced, runStreams } from './load.ts';
import { cpuTimeUs, findFreePort, moveToLoadCore, onContenderCore, sleep } from './machine.ts';
import { type Finding, formatNumber, type Row } from './report.ts';
import { beginStream, endStream, startUpstream, type Upstream, writeEvent } from './upstream.ts';

const records = 5000;
const streams = 200;
/** Of each stream. */
const eventEveryMs = 500;
const perSecond = 50;
const pools = 6;
const keysOfEach = 10;
const paints = 5;
const pairMs = 8000;

const gatewayKey = `hf_bench_${'b'.repeat(24)}`;
const adminKey = `hf_bench_${'a'.repeat(24)}`;
const root = join(import.meta.dirname, '..');

/** Pairs of times with the page open and closed; and how long its memory is looked at. */
export interface PageEffort {
  readonly pairs: number;
  readonly minutes: number;
}

export async function measurePage({ pairs, minutes }: PageEffort): Promise<Finding> {
  moveToLoadCore();
  const stage = await openStage();
  try {
    const page = await stage.open();
    const seen: Seen[] = [];
    for (let round = 0; round < paints; round += 1) seen.push(await stage.show(page));
    const bytes = await countBytes(stage.port, pairMs);
    const costs: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      await page.goto('about:blank');
      const without = await stage.cpuShare(pairMs);
      await stage.show(page);
      costs.push((await stage.cpuShare(pairMs)) - without);
    }
    const heaps = await watchHeap(page, minutes);
    return report({ seen, bytes, costs, heaps });
  } finally {
    await stage.close();
  }
}

async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-page-'));
  const [whole, slow] = [await startUpstream(), await startUpstream()];
  const port = await findFreePort();
  const config = configOf({ whole: whole.port, slow: slow.port, port });
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const gateway = startGateway(folder);
  const traffic = await beginTraffic({ port, pid: gateway.pid }, slow);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return {
    port,
    open: async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(await makeLink(port));
      return page;
    },
    show: async (page: Page) => {
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${port}/ui/`);
      return page.evaluate<Seen>(waitForKeys);
    },
    /** Of one core, during this time. */
    cpuShare: async (forMs: number) => {
      await sleep(1000);
      const [at, before] = [performance.now(), cpuTimeUs(gateway.pid)];
      await sleep(forMs);
      return (cpuTimeUs(gateway.pid) - before) / (performance.now() - at) / 1000;
    },
    close: async () => {
      await browser.close();
      await traffic.end();
      await endProgram(gateway);
      await Promise.all([whole.close(), slow.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** When something was painted first, and when every key was there, ms after the address. */
interface Seen {
  readonly first: number;
  readonly keys: number;
}

const waitForKeys = `new Promise((resolve) => {
  const look = () => {
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    const keys = document.querySelectorAll('.keys > li').length;
    if (painted === undefined || keys < ${pools * keysOfEach}) return requestAnimationFrame(look);
    return resolve({ first: painted.startTime, keys: performance.now() });
  };
  look();
})`;

/** Makes the records, opens the streams, and sends requests until the end. */
async function beginTraffic(
  place: Pick<Contender, 'port' | 'pid'>,
  slow: Upstream,
): Promise<{ readonly end: () => Promise<void> }> {
  let isOver = false;
  slow.play((connection) => void writeSlowly(connection, () => isOver));
  const to = (model: string): Contender => ({
    ...place,
    name: 'holdfast',
    headers: [`authorization: Bearer ${gatewayKey}`],
    model,
    restart: async () => undefined,
    stop: async () => undefined,
  });
  const main = to('main');
  await untilAnswering(main);
  const request = encodeRequest(main, 900);
  for (let made = 0; made < records; )
    made += (await runClosedLoop(main, request, { connections: 8, forMs: 500 })).count;
  const onBody = (): void => undefined;
  const crowd = runStreams(to('slow/m'), { count: streams, openOverMs: 2000, onBody });
  const load = runUntil(() => isOver, main, request);
  await sleep(3000);
  return {
    end: async () => {
      isOver = true;
      await Promise.all([crowd, load]);
    },
  };
}

function configOf({ whole, slow, port }: Readonly<Record<string, number>>): object {
  const names = ['whole', 'slow', ...Array.from({ length: pools - 2 }, (_, nth) => `spare${nth}`)];
  const provider = (name: string): object => ({
    base_url: `http://127.0.0.1:${name === 'slow' ? slow : whole}/v1`,
    protocol: 'openai-chat',
    credentials: Array.from({ length: keysOfEach }, (_, nth) => ({
      label: `key ${nth}`,
      api_key: `sk-test-bench-${name}-${nth}`,
    })),
  });
  return {
    main: 'whole/m',
    fallback_chain: names.slice(1).map((name) => `${name}/m`),
    providers: Object.fromEntries(names.map((name) => [name, provider(name)])),
    gateway: { port },
  };
}

function startGateway(home: string): ChildProcess {
  const command = [process.execPath, join(root, 'bin/holdfast.js'), 'serve'];
  const [file = '', ...rest] = onContenderCore(command);
  const env = {
    ...process.env,
    HOLDFAST_HOME: home,
    HOLDFAST_GATEWAY_KEY: gatewayKey,
    HOLDFAST_ADMIN_KEY: adminKey,
  };
  return spawn(file, rest, { env, stdio: 'ignore' });
}

async function untilAnswering(contender: Contender): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const client = new Client(contender.port);
    const isThere = await client.request(encodeRequest(contender, 10)).then(
      () => true,
      () => false,
    );
    client.close();
    if (isThere) return;
    await sleep(50);
  }
  throw new Error('the gateway does not answer');
}

async function runUntil(
  isOver: () => boolean,
  contender: Contender,
  request: Buffer,
): Promise<void> {
  while (!isOver()) await runPaced(contender, request, { perSecond, forMs: 1000 });
}

async function writeSlowly(connection: Socket, isOver: () => boolean): Promise<void> {
  beginStream(connection);
  while (!isOver() && !connection.destroyed) {
    await sleep(eventEveryMs);
    writeEvent(connection, 'bench');
  }
  endStream(connection);
}

async function makeLink(port: number): Promise<string> {
  const made = await fetch(`http://127.0.0.1:${port}/admin/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return JSON.parse(await made.text()).url;
}

/** Bytes of events each second, to one that listens. */
async function countBytes(port: number, forMs: number): Promise<number> {
  const events = await fetch(`http://127.0.0.1:${port}/admin/events`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  let bytes = 0;
  const beganAt = performance.now();
  for await (const chunk of events.body ?? []) {
    bytes += chunk.length;
    if (performance.now() - beganAt > forMs) break;
  }
  return (bytes * 1000) / forMs;
}

/** Bytes that are in use after a collection, each half minute. */
async function watchHeap(page: Page, minutes: number): Promise<readonly number[]> {
  const heaps = [await readHeap(page)];
  for (let half = 0; half < 2 * minutes; half += 1) {
    await sleep(30_000);
    heaps.push(await readHeap(page));
  }
  return heaps;
}

function report({
  seen,
  bytes,
  costs,
  heaps,
}: {
  readonly seen: readonly Seen[];
  readonly bytes: number;
  readonly costs: readonly number[];
  readonly heaps: readonly number[];
}): Finding {
  const mb = (value = 0): number => value / 1024 / 1024;
  const list = (values: readonly number[]): string => values.map(formatNumber).join(', ');
  const firstPaints = seen.map(({ first }) => first);
  const share = 100 * median(costs);
  const [first = 0] = heaps;
  const late = median(heaps.slice(-4));
  const rows: readonly Row[] = [
    {
      who: 'page',
      figures: [
        `first paint ${list(firstPaints)} ms`,
        `all keys ${list(seen.map(({ keys }) => keys))} ms`,
      ],
    },
    {
      who: 'gateway',
      figures: [`${list(costs.map((cost) => 100 * cost))} % of a core`],
    },
    { who: 'memory', figures: [`${list(heaps.map(mb))} MB`] },
  ];
  return {
    title: `a page before ${records} records, ${pools * keysOfEach} keys, ${streams} streams, ${perSecond} requests/s`,
    rows,
    verdicts: [
      { what: 'first paint', value: median(firstPaints), unit: ' ms', goal: { atMost: 500 } },
      { what: 'cost of a page open', value: share, unit: ' % of one core', goal: { atMost: 3 } },
      { what: 'sent to it', value: bytes / 1000, unit: ' kB/s', goal: { atMost: 100 } },
      { what: 'growth of its memory', value: mb(late - first), unit: ' MB', goal: { atMost: 1 } },
    ],
  };
}
async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}
