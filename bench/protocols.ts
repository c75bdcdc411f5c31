/**
 * Measures the cost of each protocol: relayed, compared with chat completions, and translated to a
 * provider with another protocol.
 */

import type { Socket } from 'node:net';
import type { Arena } from './arena.ts';
import type { Contender } from './contender.ts';
import { encodeHttp, runClosedLoop, runStreams } from './load.ts';
import { cpuTimeUs } from './machine.ts';
import { type Finding, formatNumber, type Row } from './report.ts';
import { compare, interleave, middle, type Rounds } from './rounds.ts';
import { verdict } from './speed.ts';
import { answerWith, answerWithStream, beginChunks, encodeChunk, endChunks } from './upstream.ts';
import { type Protocol, protocols, type StreamShape, shapes } from './wire-shapes.ts';
import { workOf } from './work-shapes.ts';

/** The client's protocol, and the provider's. */
export interface Leg {
  readonly name: string;
  readonly asked: Protocol;
  readonly spoken: Protocol;
}

interface Turn {
  readonly arena: Arena;
  readonly gateway: Contender;
  readonly leg: Leg;
}

/** One measurement of a leg: CPU of the gateway, µs each. */
export interface Scene {
  readonly what: string;
  readonly run: (turn: Turn) => Promise<number>;
  /** Times the same relayed in `openai-chat`. */
  readonly atMost: number;
}

type Cost = Readonly<Record<string, number>>;

export const relays: readonly Leg[] = protocols.map((name) => ({
  name,
  asked: name,
  spoken: name,
}));
export const translations: readonly Leg[] = protocols.flatMap((asked) =>
  protocols
    .filter((spoken) => spoken !== asked)
    .map((spoken) => ({ name: `${asked} → ${spoken}`, asked, spoken })),
);
const base = 'openai-chat';
const pieceOfCall = 'an event of a call';
const padding = 900;
const connections = 64;

const request = (turn: Turn): Promise<number> => answerWhole(turn, false);
const event = (turn: Turn): Promise<number> => streamEvents(turn, ({ stream }) => stream);

const relayedScenes: readonly Scene[] = [
  { what: 'a request', run: request, atMost: 1.1 },
  { what: 'an event', run: event, atMost: 1.1 },
];
export const translatedScenes: readonly Scene[] = [
  { what: 'a request', run: request, atMost: 2.5 },
  { what: 'an event', run: event, atMost: 2 },
  { what: 'a short stream', run: streamShort, atMost: 2.5 },
  { what: 'a request of 100 kB', run: (turn) => answerWhole(turn, true), atMost: 4 },
  { what: pieceOfCall, run: (turn) => streamEvents(turn, ({ call }) => call), atMost: 2 },
];

/**
 * Measures answers to 1 kB, whole and as a short stream, and to 100 kB with tools and their
 * results, on 64 connections; and 64 streams with one event of 260 bytes under way on each. The
 * relays have their own goals and rounds, so that little time lies between the two that are
 * compared.
 */
export async function measureProtocols(arena: Arena): Promise<Finding> {
  const [gateway] = arena.pick('holdfast');
  if (gateway === undefined) throw new Error('the gateway is not running');
  const { rounds } = arena.effort;
  const measure =
    (all: readonly Scene[]) =>
    async (leg: Leg): Promise<Cost> => {
      const cost: Record<string, number> = {};
      for (const { what, run } of all.filter((scene) => isPossible(scene, leg)))
        cost[what] = await run({ arena, gateway, leg });
      return cost;
    };
  for (const leg of [...relays, ...translations]) await measure(translatedScenes)(leg);
  const relayed = await interleave(relays, 2 * rounds, measure(relayedScenes));
  const chat = relays.filter(({ name }) => name === base);
  const translated = await interleave(
    [...chat, ...translations],
    rounds,
    measure(translatedScenes),
  );
  const others = relays.filter(({ name }) => name !== base);
  return {
    title: 'CPU of each protocol, relayed and translated, beside openai-chat relayed',
    rows: [
      ...relays.map(({ name }) => describe(relayed, name, relayedScenes)),
      ...[...chat, ...translations].map(({ name }) => describe(translated, name, translatedScenes)),
    ],
    verdicts: [
      ...others.flatMap(({ name }) => judge(relayed, name, relayedScenes)),
      ...translations.flatMap((leg) =>
        judge(
          translated,
          leg.name,
          translatedScenes.filter((scene) => isPossible(scene, leg)),
        ),
      ),
    ],
  };
}

/**
 * The next piece of a call is written when the last one came back, which cannot work in a protocol
 * that sends calls whole.
 */
export function isPossible({ what }: Scene, { asked, spoken }: Leg): boolean {
  return what !== pieceOfCall || asked === spoken || shapes[asked].tellsCallsWhole !== true;
}

function judge(
  found: Rounds<Cost, string>,
  name: string,
  all: readonly Scene[],
): Finding['verdicts'] {
  return all.flatMap(({ what, atMost }) =>
    verdict(`${name}, ${what}`, ofBase(found, name, what), { unit: ' times', goal: { atMost } }),
  );
}

async function answerWhole({ arena, gateway, leg }: Turn, isLarge: boolean): Promise<number> {
  arena.upstream.play(answerWith(JSON.stringify(shapes[leg.spoken].answer)));
  const bytes = encode(gateway, leg, { isLarge, stream: false });
  return (await runClosedLoop(gateway, bytes, { connections, forMs: arena.effort.batchMs })).cpuUs;
}

/** The fixed cost of every stream: its opening, three events, its end. */
async function streamShort({ arena, gateway, leg }: Turn): Promise<number> {
  const { opening, event: encodeEvent, closing } = shapes[leg.spoken].stream;
  const events = ['#1', '#2', '#3'].map(encodeEvent);
  arena.upstream.play(answerWithStream([opening, ...events, closing]));
  const bytes = encode(gateway, leg, { isLarge: false, stream: true });
  return (await runClosedLoop(gateway, bytes, { connections, forMs: arena.effort.batchMs })).cpuUs;
}

type ShapeOf = (shape: (typeof shapes)[Protocol]) => StreamShape;

/** Like `measureEvents`: the provider writes the next event when the load has received the last. */
async function streamEvents({ arena, gateway, leg }: Turn, shapeOf: ShapeOf): Promise<number> {
  const { opening, event: encodeEvent, closing } = shapeOf(shapes[leg.spoken]);
  const streams: (Socket | undefined)[] = [];
  let count = 0;
  const [startedAt, cpuBefore] = [performance.now(), cpuTimeUs(gateway.pid)];
  const writeNext = (connection: Socket, id: string): void =>
    void connection.write(encodeChunk(encodeEvent(`#${id}`)));
  arena.upstream.play((connection) => {
    const id = String(streams.push(connection) - 1).padStart(4, '0');
    beginChunks(connection, opening);
    writeNext(connection, id);
  });
  const onBody = (bytes: Buffer): void => {
    const at = bytes.indexOf('#', 0, 'latin1');
    const id = bytes.toString('latin1', at + 1, at + 5);
    const connection = at < 0 ? undefined : streams[Number(id)];
    if (connection === undefined) return;
    count += 1;
    if (performance.now() - startedAt < arena.effort.batchMs) {
      writeNext(connection, id);
      return;
    }
    streams[Number(id)] = undefined; // a translated answer repeats its whole text at its end
    endChunks(connection, closing);
  };
  const asking = encode(gateway, leg, { isLarge: false, stream: true });
  await runStreams(gateway, { count: connections, openOverMs: 0, onBody, request: asking });
  return (cpuTimeUs(gateway.pid) - cpuBefore) / count;
}

interface Ask {
  readonly isLarge: boolean;
  readonly stream: boolean;
}

function encode(gateway: Contender, { asked, spoken }: Leg, { isLarge, stream }: Ask): Buffer {
  const { pathFor, ask } = shapes[asked];
  const model = `up-${spoken}/m`;
  const path = pathFor(model, stream);
  return encodeHttp(
    gateway,
    path,
    isLarge ? workOf[asked](model, stream) : ask(model, padding, stream),
  );
}

function describe(found: Rounds<Cost, string>, name: string, all: readonly Scene[]): Row {
  const figures = all.map(({ what }) => {
    const us = middle(found, name, (cost) => cost[what] ?? 0);
    return `${formatNumber(us)} µs ${what} (${formatNumber(ofBase(found, name, what) ?? 0)})`;
  });
  return { who: name, figures };
}

function ofBase(found: Rounds<Cost, string>, name: string, what: string): number | undefined {
  return compare(found, [name, base], (own, chat) => (own[what] ?? 0) / (chat[what] ?? 1));
}
