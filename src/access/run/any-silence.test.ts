/**
 * Random silences against a table that is written here and nowhere else: while somebody else is
 * free, no attempt outlives its limit, and none is left before it (law 13). A failing seed is
 * named; HOLDFAST_SEED=17 plays it alone.
 */

import { expect, it } from 'vitest';
import { answered, stageEngine, streamed } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { Random } from '../../../test/simulation/random.ts';

type Pace = 'quick' | 'normal' | 'thinking';
const kinds = [
  'nothing',
  'head',
  'pings',
  'empty',
  'text',
  'text, then pings',
  'stalled error',
] as const;

interface Case {
  readonly isLocal: boolean;
  readonly isWarm: boolean;
  readonly pace: Pace | undefined;
  readonly isStreamed: boolean;
  readonly hasFallback: boolean;
  readonly kind: (typeof kinds)[number];
  /** Before the head, between two events, s. */
  readonly headS: number;
  readonly everyS: number;
  readonly tokens: number;
}

/** Seconds: head, first content, silence in text, no content. */
const table: Readonly<Record<Pace, readonly [number, number, number, number]>> = {
  quick: [10, 10, 20, 60],
  normal: [30, 60, 30, 120],
  thinking: [60, 150, 60, 300],
};
/** The same for head and first content where nobody else is free. */
const lastTable: Readonly<Record<Pace, readonly [number, number]>> = {
  quick: [30, 60],
  normal: [60, 300],
  thinking: [120, 600],
};

function draw(random: Random): Case {
  return {
    isLocal: random.chance(0.5),
    isWarm: random.chance(0.6),
    pace: random.chance(0.3) ? undefined : random.pick(['quick', 'normal', 'thinking']),
    isStreamed: random.chance(0.8),
    hasFallback: random.chance(0.7),
    kind: random.pick(kinds),
    headS: random.integer(0, 9),
    everyS: random.integer(6, 17),
    tokens: random.pick([10, 500, 2000, 9000]),
  };
}

/** When the first attempt ends, s. */
function expectedEnd({ hasFallback, kind, isStreamed, headS, everyS, ...facts }: Case): number {
  if (!isStreamed && kind !== 'stalled error') return hasFallback ? 300 : 600;
  const { silenceS, headLimit, firstContent } = startLimits({ hasFallback, ...facts });
  if (kind.startsWith('text') && headS + everyS >= firstContent) return firstContent;
  const [, , idleText, noContent] = table[facts.pace ?? 'normal'];
  switch (kind) {
    case 'nothing':
      return headLimit;
    case 'head':
      return Math.min(headS + silenceS, firstContent);
    case 'pings':
    case 'empty':
      return firstContent;
    case 'text':
      return headS + 3 * everyS + idleText;
    case 'text, then pings':
      return headS + 3 * everyS + noContent;
    case 'stalled error':
      return headS + 10;
  }
}

function startLimits({
  isLocal,
  isWarm,
  pace,
  hasFallback,
  tokens,
}: Pick<Case, 'isLocal' | 'isWarm' | 'pace' | 'hasFallback' | 'tokens'>) {
  if (isLocal && pace === undefined) {
    const free = isWarm ? Math.min(300, 90 + (3 * tokens) / 60) : 300;
    return hasFallback
      ? { silenceS: free, headLimit: free, firstContent: 300 }
      : { silenceS: 300, headLimit: 300, firstContent: 600 };
  }
  const [head, content] = (hasFallback ? table : lastTable)[pace ?? 'normal'];
  return { silenceS: Number.POSITIVE_INFINITY, headLimit: head, firstContent: content };
}

const head = { headers: { 'content-type': 'text/event-stream' } };
const text = 'data: {"choices":[{"index":0,"delta":{"content":"so it is"}}]}\n\n';
const empty = 'data: {"choices":[{"index":0,"delta":{"content":""}}]}\n\n';
const ping = ': ping\n\n';

function stepOf({ kind, headS, everyS, isStreamed }: Case): UpstreamStep {
  const flow = (chunks: readonly string[]): UpstreamStep => ({
    ...(isStreamed ? head : {}),
    delayMs: headS * 1000,
    chunks,
    chunkDelayMs: everyS * 1000,
    stallAfter: true,
  });
  const many = (chunk: string): readonly string[] =>
    new Array<string>(Math.ceil(620 / everyS)).fill(chunk);
  switch (kind) {
    case 'nothing':
      return { silent: true };
    case 'head':
      return flow([]);
    case 'pings':
      return flow(many(ping));
    case 'empty':
      return flow(many(empty));
    case 'text':
      return flow([text, text, text]);
    case 'text, then pings':
      return flow([text, text, text, ...many(ping)]);
    case 'stalled error':
      return { ...flow(['{"error":']), status: 500 };
  }
}

async function play(found: Case): Promise<number> {
  const { isLocal, isWarm, pace, isStreamed, hasFallback, tokens } = found;
  const address = isLocal ? 'http://127.0.0.1:8080/v1' : 'https://own.test/v1';
  const chat = { protocol: 'openai-chat', api_key: 'sk-test-a' };
  const scene = stageEngine({
    main: 'own/m',
    ...(hasFallback ? { fallback_chain: ['two/m'] } : {}),
    providers: {
      own: { ...chat, base_url: address, ...(pace === undefined ? {} : { pace }) },
      two: { ...chat, base_url: 'https://two.test/v1' },
    },
  });
  scene.host.upstream.answerBy(() => (isStreamed ? streamed : answered));
  const body = { stream: isStreamed };
  if (isWarm) await scene.ask({ body });
  scene.host.upstream.answerBy(({ origin }) => {
    if (!address.startsWith(origin)) return isStreamed ? streamed : answered;
    return stepOf(found);
  });
  const stay = new AbortController();
  const { requests, abortedCount: abortedBefore } = scene.host.upstream;
  const sentBefore = requests.length;
  const messages = [{ role: 'user', content: 'abc'.repeat(tokens) }];
  void scene.begin({ body: { ...body, messages }, signal: stay.signal }).catch(() => undefined);
  const expected = expectedEnd(found);
  await scene.host.advance(Math.max(0, (expected - 0.5) * 1000));
  const isEarly =
    scene.host.upstream.abortedCount > abortedBefore || requests.length > sentBefore + 1;
  // The estimate of a prompt counts its whole body: a few seconds more.
  await scene.host.advance(8000);
  const isOver = scene.host.upstream.abortedCount > abortedBefore;
  stay.abort();
  await scene.host.advance(0);
  if (isEarly) return -1;
  return isOver ? 0 : 1;
}

const only = process.env['HOLDFAST_SEED'];
const seeds = only === undefined ? Array.from({ length: 2000 }, (_, seed) => seed) : [Number(only)];

it('2,000 random silences end at the limit of the table, no sooner and no later', async () => {
  const wrong: object[] = [];
  for (const seed of seeds) {
    const found = draw(new Random(seed));
    const off = await play(found);
    if (off !== 0) wrong.push({ seed, off, expected: expectedEnd(found), ...found });
  }
  expect(wrong.slice(0, 5)).toEqual([]);
}, 240_000);
