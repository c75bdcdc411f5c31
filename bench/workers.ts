/**
 * `node bench/workers.ts` compares `serve --workers 2` with one process of the same checkout, by
 * the CPU and the system calls that all their processes need for a request: requests of 1 kB, and
 * streams of 40 events. `--starts 6 --workers 2`.
 *
 * How V8 has compiled a process differs from start to start by more than what is compared: so each
 * side is started several times, by turns, and only one runs at a time. (A gateway that is quiet
 * for ten seconds collects its heap, and pays for that in the next ones: two that took turns
 * without a new start found up to twice the CPU.) All are bound to one core. Several processes that
 * share one need more CPU than one, whatever they are: so as many gateways without workers are
 * measured too. And each is measured with as many connections for each process as the one process
 * has (`busy`): with half of them a process finds fewer events in a turn of its loop. Exits with 1
 * if workers need more than 1.1 times as much as the gateways apart.
 */

import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { openArena } from './arena.ts';
import type { Contender } from './contender.ts';
import { alone, withWorkers } from './contenders.ts';
import { median } from './figures.ts';
import { encodeRequest, runClosedLoop } from './load.ts';
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

/** A side, and whether each of its processes has as many connections as the one process. */
type Row = Side | `${Side}, busy`;

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

function goOn(bytes: Buffer): void {
  for (const [id] of bytes.toString('latin1').matchAll(/#\d+#/g)) writeNext(id);
}

/** `warm`, `least`: so many to each process are not measured, and so many at least are. */
const scenes = [
  { what: 'a request of 1 kB', scene: wholeAnswer, isStream: false, warm: 1000, least: 5000 },
  {
    what: `a stream of ${eventCount} events`,
    scene: longStream,
    ...{ isStream: true, warm: 600, least: 1500 },
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
    await run(contenders, { isStream: false, all: connections, least: warmRequests * times });
    for (const [index, { scene, isStream, warm, least }] of scenes.entries()) {
      upstream.play(scene);
      for (const busy of times === 1 ? [1] : [1, times]) {
        const crowd = { isStream, all: connections * busy };
        await run(contenders, { ...crowd, least: warm * times });
        const cost = await run(contenders, { ...crowd, least: least * times });
        const row: Row = busy === 1 ? side : `${side}, busy`;
        const rows = found[index];
        rows?.set(row, [...(rows.get(row) ?? []), cost]);
      }
    }
  } finally {
    await close();
  }
}

interface Crowd {
  readonly isStream: boolean;
  /** The connections to all gateways together. They are shared out. */
  readonly all: number;
  /** So many requests at least. */
  readonly least: number;
}

async function run(gateways: readonly Contender[], { isStream, all, least }: Crowd): Promise<Cost> {
  const loop = { connections: all / gateways.length, forMs: batchMs, onBody: goOn };
  const before = addUp(gateways);
  let [count, us] = [0, 0];
  while (count < least) {
    const batches = await Promise.all(
      gateways.map((one) => runClosedLoop(one, encodeRequest(one, padding, isStream), loop)),
    );
    for (const batch of batches) {
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
    console.log(`  ${row.padEnd(15)}${describe(cpu, 0)} µs; ${calls}`);
  }
  for (const row of ['apart', 'workers', 'apart, busy', 'workers, busy'] as const)
    compare('single', row, rows);
  const found = [compare('apart', 'workers', rows), compare('apart, busy', 'workers, busy', rows)];
  return Math.max(...found) <= mostTimes;
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
