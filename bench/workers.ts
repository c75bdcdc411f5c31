/**
 * `node bench/workers.ts` compares `serve --workers 2` with one process of the same checkout, by
 * the CPU that all their processes need for a request, in interleaved rounds: requests of 1 kB, and
 * streams of 40 events. `--rounds 12`, `--workers 2`.
 *
 * All contenders are bound to one core. Several processes that share one need more CPU than one
 * process, whatever they are: the third contender is as many gateways without workers, each with
 * its part of the connections. Exits with 1 if workers need more than 1.1 times as much as those.
 */

import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { ratioOf } from '../scripts/lib/paired-ratio.ts';
import { type Arena, openArena } from './arena.ts';
import type { Contender } from './contender.ts';
import { alone, withWorkers } from './contenders.ts';
import { median } from './figures.ts';
import { type Batch, encodeRequest, runClosedLoop } from './load.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { beginStream, endStream, type Scene, wholeAnswer, writeEvent } from './upstream.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    workers: { type: 'string', default: '2' },
  },
});

const mostTimes = 1.1;
const connections = 64;
const eventCount = 40;
const padding = 900;
const batchMs = 2500;
const workers = Number(flags.workers);

const sides = ['single', 'apart', 'workers'] as const;

/** After so many requests V8 compiles hardly anything of a process any more. */
const warmRequests = 30_000;

/** CPU of a request, µs, by side. */
type Round = Record<(typeof sides)[number], number>;

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

const scenes = [
  { what: 'a request of 1 kB', scene: wholeAnswer, stream: false },
  { what: `a stream of ${eventCount} events`, scene: longStream, stream: true },
];

const effort = { rounds: 0, batchMs, warmMs: 1000, memoryFrom: 0, memoryTo: 0 };
const arena = await openArena(
  { ...effort, slowStreams: 0, slowSeconds: 0, choices: 0 },
  { makers: [alone, withWorkers(workers), ...Array.from({ length: workers }, () => alone)] },
);
console.log(`${describeMachine()}; load ${describeLoad()}`);
let isWell = true;
try {
  for (const one of scenes) isWell = (await measure(arena, one)) && isWell;
} finally {
  await arena.close();
}
process.exitCode = isWell ? 0 : 1;

async function measure(
  { upstream, contenders }: Arena,
  { what, scene, stream }: (typeof scenes)[number],
): Promise<boolean> {
  const [single, many, ...apart] = contenders;
  if (single === undefined || many === undefined) throw new Error('a gateway is not running');
  const gateways = { single: [single], apart, workers: [many] };
  upstream.play(wholeAnswer);
  for (const side of sides)
    for (let left = warmRequests * (side === 'single' ? 1 : workers); left > 0; )
      left -= (await run(gateways[side], false)).count;
  upstream.play(scene);
  const found: Round[] = [];
  for (let round = -1; round < Number(flags.rounds); round += 1) {
    const used: Round = { single: 0, apart: 0, workers: 0 };
    for (const side of round % 2 === 0 ? sides : sides.toReversed())
      used[side] = (await run(gateways[side], stream)).cpuUs;
    if (round >= 0) found.push(used);
  }
  const [one, some, all] = sides.map((side) => median(found.map((used) => used[side])).toFixed(0));
  console.log(`${what}; load ${describeLoad()}`);
  console.log(`  one process ${one} µs, ${workers} apart ${some} µs, ${workers} workers ${all} µs`);
  compare('apart beside one process', found, ['single', 'apart']);
  compare('workers beside one process', found, ['single', 'workers']);
  return compare('workers beside apart', found, ['apart', 'workers']) <= mostTimes;
}

/** Shares the connections out among the gateways. */
async function run(
  gateways: readonly Contender[],
  stream: boolean,
): Promise<Pick<Batch, 'count' | 'cpuUs'>> {
  const loop = { connections: connections / gateways.length, forMs: batchMs, onBody: goOn };
  const batches = await Promise.all(
    gateways.map((one) => runClosedLoop(one, encodeRequest(one, padding, stream), loop)),
  );
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const us = batches.reduce((sum, batch) => sum + batch.cpuUs * batch.count, 0);
  return { count, cpuUs: us / count };
}

function compare(
  what: string,
  found: readonly Round[],
  [before, after]: readonly [keyof Round, keyof Round],
): number {
  const ratio = ratioOf(found.map((used) => [used[before], used[after]]));
  const [times, low, high] = [ratio.median, ratio.low, ratio.high].map((one) => one.toFixed(2));
  console.log(`  ${what}: ${times} times (${low} to ${high})`);
  return ratio.median;
}
