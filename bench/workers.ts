/**
 * `node bench/workers.ts` compares `serve --workers 2` with one process of the same checkout, by
 * the CPU that all their processes need for a request, in interleaved pairs: requests of 1 kB, and
 * streams of 40 events. `--pairs 8`, `--workers 2`. Exits with 1 above 1.1 times.
 */

import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { ratioOf } from '../scripts/lib/paired-ratio.ts';
import { type Arena, openArena } from './arena.ts';
import type { Contender } from './contender.ts';
import { alone, withWorkers } from './contenders.ts';
import { encodeRequest, runClosedLoop } from './load.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { beginStream, endStream, type Scene, wholeAnswer, writeEvent } from './upstream.ts';

const { values: flags } = parseArgs({
  options: {
    pairs: { type: 'string', default: '8' },
    workers: { type: 'string', default: '2' },
  },
});

const mostTimes = 1.1;
const connections = 64;
const eventCount = 40;
const padding = 900;
const batchMs = 5000;

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

const effort = { rounds: 0, batchMs, warmMs: 6000, memoryFrom: 0, memoryTo: 0 };
const arena = await openArena(
  { ...effort, slowStreams: 0, slowSeconds: 0, choices: 0 },
  { makers: [alone, withWorkers(Number(flags.workers))] },
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
  const [one, many] = contenders;
  if (one === undefined || many === undefined) throw new Error('a gateway is not running');
  upstream.play(scene);
  const run = async (gateway: Contender): Promise<number> => {
    const bytes = encodeRequest(gateway, padding, stream);
    const loop = { connections, forMs: batchMs, onBody: goOn };
    return (await runClosedLoop(gateway, bytes, loop)).cpuUs;
  };
  await run(one);
  await run(many);
  const found: [number, number][] = [];
  for (let pair = 0; pair < Number(flags.pairs); pair += 1)
    if (pair % 2 === 0) found.push([await run(one), await run(many)]);
    else {
      const after = await run(many);
      found.push([await run(one), after]);
    }
  const { median, low, high } = ratioOf(found);
  const middle = (of: 0 | 1): string =>
    (found.map((pair) => pair[of]).toSorted((a, b) => a - b)[found.length >> 1] ?? 0).toFixed(0);
  console.log(
    `${what}: ${median.toFixed(3)} times (${low.toFixed(3)} to ${high.toFixed(3)}), ${middle(0)} and ${middle(1)} µs; load ${describeLoad()}`,
  );
  return median <= mostTimes;
}
