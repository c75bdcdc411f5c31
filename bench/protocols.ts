/** What each protocol costs: relayed, beside chat completions, and translated to a provider that speaks another. */

import type { Socket } from 'node:net';
import type { Arena } from './arena.ts';
import type { Contender } from './contender.ts';
import { type Batch, encodeHttp, runClosedLoop, runStreams } from './load.ts';
import { cpuTimeUs } from './machine.ts';
import { type Finding, formatNumber, type Row } from './report.ts';
import { compare, interleave, middle, type Rounds } from './rounds.ts';
import { verdict } from './speed.ts';
import { answerWith, beginChunks, encodeChunk, endChunks } from './upstream.ts';
import { type Protocol, protocols, shapes } from './wire-shapes.ts';

/** A protocol asked in, and what the provider speaks. */
interface Leg {
  readonly name: string;
  readonly asked: Protocol;
  readonly spoken: Protocol;
}

/** CPU of the gateway, µs. */
interface Cost {
  readonly requestUs: number;
  readonly eventUs: number;
}

const relays: readonly Leg[] = protocols.map((name) => ({ name, asked: name, spoken: name }));
const translations: readonly Leg[] = protocols.flatMap((asked) =>
  protocols
    .filter((spoken) => spoken !== asked)
    .map((spoken) => ({ name: `${asked} → ${spoken}`, asked, spoken })),
);
const base = 'openai-chat';
const padding = 900;
const connections = 64;

/**
 * Whole answers to 1 kB on 64 connections, and 64 streams with one event of 260 bytes under way on each. The relays have
 * goals and rounds of their own, so that little time lies between the two that are compared.
 */
export async function measureProtocols(arena: Arena): Promise<Finding> {
  const [gateway] = arena.pick('holdfast');
  if (gateway === undefined) throw new Error('the gateway is not running');
  const { rounds, batchMs: forMs } = arena.effort;
  const measure = (leg: Leg): Promise<Cost> => measureLeg(arena, gateway, { leg, forMs });
  for (const leg of [...relays, ...translations]) await measure(leg);
  const relayed = await interleave(relays, 2 * rounds, measure);
  const chat = relays.filter(({ name }) => name === base);
  const translated = await interleave([...chat, ...translations], rounds, measure);
  return {
    title: 'CPU of each protocol, relayed and translated, beside openai-chat relayed',
    rows: [
      ...relays.map(({ name }) => describe(relayed, name)),
      ...translations.map(({ name }) => describe(translated, name)),
    ],
    verdicts: protocols.filter((name) => name !== base).flatMap((name) => judge(relayed, name)),
  };
}

function judge(relayed: Rounds<Cost, string>, name: string): Finding['verdicts'] {
  const request = ofBase(relayed, name, ({ requestUs }) => requestUs);
  const event = ofBase(relayed, name, ({ eventUs }) => eventUs);
  return [...goalOf(`${name}, a request`, request), ...goalOf(`${name}, an event`, event)];
}

function goalOf(what: string, value: number | undefined): Finding['verdicts'] {
  return verdict(what, value, { unit: ' times', goal: { atMost: 1.1 } });
}

interface Turn {
  readonly leg: Leg;
  readonly forMs: number;
}

async function measureLeg(arena: Arena, gateway: Contender, turn: Turn): Promise<Cost> {
  const { cpuUs: requestUs } = await answerWhole(arena, gateway, turn);
  return { requestUs, eventUs: await streamEvents(arena, gateway, turn) };
}

function answerWhole(arena: Arena, gateway: Contender, { leg, forMs }: Turn): Promise<Batch> {
  arena.upstream.play(answerWith(JSON.stringify(shapes[leg.spoken].answer)));
  return runClosedLoop(gateway, encode(gateway, leg, false), { connections, forMs });
}

/** As `measureEvents` does: the provider writes the next when the load has received the last. */
async function streamEvents(arena: Arena, gateway: Contender, { leg, forMs }: Turn): Promise<number> {
  const { opening, event, closing } = shapes[leg.spoken].stream;
  const streams: (Socket | undefined)[] = [];
  let count = 0;
  const [startedAt, cpuBefore] = [performance.now(), cpuTimeUs(gateway.pid)];
  const writeNext = (connection: Socket, id: string): void =>
    void connection.write(encodeChunk(event(`#${id}`)));
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
    if (performance.now() - startedAt < forMs) {
      writeNext(connection, id);
      return;
    }
    streams[Number(id)] = undefined; // a translated answer tells its whole text once more at its end
    endChunks(connection, closing);
  };
  const request = encode(gateway, leg, true);
  await runStreams(gateway, { count: connections, openOverMs: 0, onBody, request });
  return (cpuTimeUs(gateway.pid) - cpuBefore) / count;
}

function encode(gateway: Contender, { asked, spoken }: Leg, stream: boolean): Buffer {
  const { path, ask } = shapes[asked];
  return encodeHttp(gateway, path, ask(`up-${spoken}/m`, padding, stream));
}

function describe(found: Rounds<Cost, string>, name: string): Row {
  const show = (what: string, read: (cost: Cost) => number): string => {
    const ratio = ofBase(found, name, read) ?? 0;
    return `${formatNumber(middle(found, name, read))} µs ${what} (${formatNumber(ratio)})`;
  };
  return {
    who: name,
    figures: [show('a request', ({ requestUs }) => requestUs), show('an event', ({ eventUs }) => eventUs)],
  };
}

function ofBase(found: Rounds<Cost, string>, name: string, read: (cost: Cost) => number): number | undefined {
  return compare(found, [name, base], (own, chat) => read(own) / read(chat));
}
