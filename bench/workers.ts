/**
 * `node bench/workers.ts` compares `serve --workers 2` with one process of the same checkout, by
 * the CPU and the system calls that all their processes need for a request: requests of 1 kB, and
 * streams of 40 events. `--starts 6 --workers 2`.
 *
 * How V8 has compiled a process differs from start to start by more than what is compared: so each
 * side is started several times, by turns, and only one runs at a time. (A gateway that is quiet
 * for ten seconds collects its heap, and pays for that in the next ones: two that took turns
 * without a new start found up to twice the CPU.) All are bound to one core.
 *
 * Two loads. `steady` is what workers are for: each process gets as many requests a second as the
 * one process has, so that two serve twice as many; the goal counts here. `shared` is a closed loop
 * of 64 connections that all processes share: each finds fewer events in a turn of its loop, which
 * costs CPU whatever the processes are. So as many gateways without workers are measured too.
 * Exits with 1 if workers under the steady load need more than 1.1 times as much as one process.
 */

import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { openArena } from './arena.ts';
import type { Contender } from './contender.ts';
import { alone, withWorkers } from './contenders.ts';
import { median } from './figures.ts';
import { type Batch, encodeRequest, runClosedLoop, runPaced } from './load.ts';
import { countCalls, describeLoad, describeMachine, type SystemCalls } from './machine.ts';
import { beginStream, endStream, type Scene, wholeAnswer, writeEvent } from './upstream.ts';

const { values: flags } = parseArgs({
  options: {
    starts: { type: 'string', default: '6' },
    workers: { type: 'string', default: '2' },
  },
});

const mostTimes = 1.1;
const connections = 64;
const eventCount = 40;
const padding = 900;
const batchMs = 1500;
const steadyMs = 6000;
/** Between two events of a steady stream. */
const eventEveryMs = 25;
const workers = Number(flags.workers);

/** What is started together. */
const sides = {
  single: [alone],
  apart: Array.from({ length: workers }, () => alone),
  workers: [withWorkers(workers)],
} as const;
type Side = keyof typeof sides;
const sideNames: readonly Side[] = ['single', 'apart', 'workers'];

/** After so many requests to each process V8 compiles hardly anything of it any more. */
const warmRequests = 20_000;

/** What a request needed. */
interface Cost extends SystemCalls {
  readonly cpuUs: number;
}

/** A side under one of the loads. */
type Row = `${Side}, ${'shared' | 'steady'}`;

/** The streams under way, by the id that their events have. */
const open = new Map<string, { readonly connection: Socket; left: number }>();
let opened = 0;

/**
 * The next event is written when the load has received the last, so that as many come at once to
 * several processes as to one.
 */
const longStream: Scene = (connection) => {
  opened += 1;
  const id = `#${opened}#`;
  open.set(id, { connection, left: eventCount });
  beginStream(connection);
  writeNext(id);
};

function writeNext(id: string): void {
  const stream = open.get(id);
  if (stream === undefined) return;
  stream.left -= 1;
  if (stream.left >= 0) {
    writeEvent(stream.connection, id);
    return;
  }
  open.delete(id);
  endStream(stream.connection);
}

/** The next event is written when its time has come. */
const steadyStream: Scene = (connection) => {
  beginStream(connection);
  let left = eventCount;
  const timer = setInterval(() => {
    left -= 1;
    if (left >= 0 && !connection.destroyed) return void writeEvent(connection, '');
    clearInterval(timer);
    if (!connection.destroyed) endStream(connection);
  }, eventEveryMs);
};

function goOn(bytes: Buffer): void {
  for (const [id] of bytes.toString('latin1').matchAll(/#\d+#/g)) writeNext(id);
}

/**
 * `warm`, `least`: so many to each process are not measured, and so many at least are; `pace`: so
 * many a second to each under the steady load.
 */
const scenes = [
  {
    what: 'a request of 1 kB',
    shared: wholeAnswer,
    steady: wholeAnswer,
    ...{ isStream: false, warm: 1000, least: 5000, pace: 800 },
  },
  {
    what: `a stream of ${eventCount} events`,
    shared: longStream,
    steady: steadyStream,
    ...{ isStream: true, warm: 600, least: 1500, pace: 40 },
  },
];

console.log(`${describeMachine()}; load ${describeLoad()}`);
/** By scene: the costs of each row, in the order of the starts. */
const found = scenes.map(() => new Map<Row, Cost[]>());
for (let start = 1; start <= Number(flags.starts); start += 1) {
  for (const side of start % 2 === 0 ? sideNames.toReversed() : sideNames) await measure(side);
  const cpu = found.map((rows) =>
    [...rows].map(([row, costs]) => `${row} ${costs.at(-1)?.cpuUs.toFixed(0)}`).join(', '),
  );
  console.log(`start ${start}, load ${describeLoad()}, µs: ${cpu.join(' | ')}`);
}
const isWell = scenes.map(({ what }, index) => {
  console.log(what);
  return report(found[index] ?? new Map());
});
process.exitCode = isWell.every(Boolean) ? 0 : 1;

/** Starts the processes of one side, and adds what they need to `found`. */
async function measure(side: Side): Promise<void> {
  const effort = { rounds: 0, batchMs, warmMs: 500, memoryFrom: 0, memoryTo: 0 };
  const { contenders, upstream, close } = await openArena(
    { ...effort, slowStreams: 0, slowSeconds: 0, choices: 0 },
    { makers: sides[side] },
  );
  const times = side === 'single' ? 1 : workers;
  try {
    const first = { connections: connections / contenders.length, forMs: batchMs };
    await run(
      contenders,
      (one) => runClosedLoop(one, encodeRequest(one, padding), first),
      warmRequests * times,
    );
    for (const [index, { isStream, warm, least, pace, ...scene }] of scenes.entries()) {
      const loop = { connections: connections / contenders.length, forMs: batchMs, onBody: goOn };
      const shared: Load = (one) => runClosedLoop(one, encodeRequest(one, padding, isStream), loop);
      const perSecond = (pace * times) / contenders.length;
      const steady: Load = (one) =>
        runPaced(one, encodeRequest(one, padding, isStream), { perSecond, forMs: steadyMs });
      upstream.play(scene.shared);
      await run(contenders, shared, warm * times);
      keep(index, `${side}, shared`, await run(contenders, shared, least * times));
      upstream.play(scene.steady);
      keep(index, `${side}, steady`, await run(contenders, steady, 1));
    }
  } finally {
    await close();
  }
}

function keep(scene: number, row: Row, cost: Cost): void {
  const rows = found[scene];
  rows?.set(row, [...(rows.get(row) ?? []), cost]);
}

type Load = (gateway: Contender) => Promise<Batch>;

/** Loads all gateways at once, until they have served at least so many requests together. */
async function run(gateways: readonly Contender[], load: Load, least: number): Promise<Cost> {
  const before = addUp(gateways);
  let [count, us] = [0, 0];
  while (count < least) {
    for (const batch of await Promise.all(gateways.map(load))) {
      count += batch.count;
      us += batch.cpuUs * batch.count;
    }
  }
  const after = addUp(gateways);
  return {
    cpuUs: us / count,
    reads: (after.reads - before.reads) / count,
    writes: (after.writes - before.writes) / count,
    waits: (after.waits - before.waits) / count,
  };
}

function addUp(gateways: readonly Contender[]): SystemCalls {
  const counts = gateways.map(({ pid }) => countCalls(pid));
  const sum = (of: keyof SystemCalls): number => counts.reduce((so, one) => so + one[of], 0);
  return { reads: sum('reads'), writes: sum('writes'), waits: sum('waits') };
}

/** Prints the median of all starts, with the lowest and the highest. */
function report(rows: ReadonlyMap<Row, readonly Cost[]>): boolean {
  for (const [row, costs] of rows) {
    const cpu = costs.map(({ cpuUs }) => cpuUs);
    const calls = (['reads', 'writes', 'waits'] as const)
      .map((of) => `${median(costs.map((cost) => cost[of])).toFixed(2)} ${of}`)
      .join(', ');
    console.log(`  ${row.padEnd(17)}${describe(cpu, 0)} µs; ${calls}`);
  }
  for (const load of ['shared', 'steady'] as const) {
    compare(`single, ${load}`, `apart, ${load}`, rows);
    compare(`apart, ${load}`, `workers, ${load}`, rows);
  }
  compare('single, shared', 'workers, shared', rows);
  return compare('single, steady', 'workers, steady', rows) <= mostTimes;
}

/** Compares by the start: both ran soon one after the other. */
function compare(before: Row, after: Row, rows: ReadonlyMap<Row, readonly Cost[]>): number {
  const others = rows.get(before) ?? [];
  const times = (rows.get(after) ?? []).map(
    ({ cpuUs }, start) => cpuUs / (others[start]?.cpuUs ?? Number.NaN),
  );
  console.log(`  ${after} beside ${before}: ${describe(times, 2)} times`);
  return median(times);
}

function describe(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [mid, from, to] = [median(values), low, high].map((value) => value.toFixed(digits));
  return `${mid} (${from} to ${to})`;
}
