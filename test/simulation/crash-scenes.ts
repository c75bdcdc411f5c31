/**
 * The sixteen scenes of a public crash-test for gateways: what the breaking model does to each
 * request, and what is checked. Numbers and bounds are the benchmark's own (methodology 0.1,
 * profile `full`); `crash-test.ts` plays them on the fake clock.
 */

import type { UpstreamStep } from '../fakes/fake-host.ts';

/** One request as the breaking model sees it. */
export interface Hit {
  /** How many came before it. */
  readonly before: number;
  /** Since the scene began, ms. */
  readonly atMs: number;
  readonly stream: boolean;
  /**
   * The words of the answer that are asked for, and what is left of them where a request asks for
   * the rest.
   */
  readonly words: readonly string[];
  /** It asks to go on with an answer that broke. */
  readonly isRest: boolean;
}

/** What one caller got, and when. */
export interface Got {
  readonly atMs: number;
  status: number;
  text: string;
  target: string | undefined;
  /** Since the scene began, ms; infinite while it is not over. */
  overMs: number;
  firstMs: number;
}

export interface Seen {
  readonly got: readonly Got[];
  /** When the breaking model was asked, ms since the scene began. */
  readonly primary: readonly number[];
  readonly fallback: readonly number[];
}

export interface Scene {
  /** The answer to one request at the breaking model. */
  readonly primary: (hit: Hit) => UpstreamStep;
  /** The same at the other model. Default: it answers. */
  readonly fallback?: (hit: Hit) => UpstreamStep;
  /** Callers, and how far apart they come, ms. Default: one. */
  readonly callers?: { readonly count: number; readonly everyMs: number };
  /** All is over by then, s. */
  readonly overAfter: number;
  /** What the scene asks besides: each sentence that does not hold fails it. */
  readonly checks?: (seen: Seen) => Readonly<Record<string, boolean>>;
  /** A clean error is the right end: there is nothing that a gateway could do better. */
  readonly errorIsRight?: true;
  /** A sentence that does not hold makes it partial. */
  readonly advice?: (seen: Seen) => Readonly<Record<string, boolean>>;
}

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };
const usage = { prompt_tokens: 20, completion_tokens: 60, total_tokens: 80 };

/** A whole answer of these words, with its usage. */
export function answer({ stream, words }: Pick<Hit, 'stream' | 'words'>): UpstreamStep {
  if (!stream) return { headers: json, chunks: [JSON.stringify(completion(words.join('')))] };
  return { headers: events, chunks: [...words.map(event), finish, 'data: [DONE]\n\n'] };
}

const event = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c1', model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`;
const finish = `data: ${JSON.stringify({ id: 'c1', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\n`;

function completion(content: string): object {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  return { id: 'c1', object: 'chat.completion', model: 'm', choices, usage };
}

/** The answer as far as its word `count`; then what `after` says. */
function partOf({ stream, words }: Hit, count: number, after: Partial<UpstreamStep>): UpstreamStep {
  if (stream) return { headers: events, chunks: words.slice(0, count).map(event), ...after };
  const whole = JSON.stringify(completion(words.join('')));
  return {
    headers: json,
    chunks: [whole.slice(0, (whole.length * count) / words.length)],
    ...after,
  };
}

function refuse(
  status: number,
  error: object,
  headers: Readonly<Record<string, string>> = {},
): UpstreamStep {
  return {
    status,
    headers: { ...json, ...headers },
    chunks: [JSON.stringify({ error })],
    delayMs: 5,
  };
}

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const hangUp = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const limited = (headers = {}): UpstreamStep =>
  refuse(429, { message: 'Rate limit reached', type: 'rate_limit_error' }, headers);
const broken = refuse(500, { message: 'Internal server error', type: 'server_error' });
const unavailable = refuse(503, { message: 'Service unavailable', type: 'server_error' });
const tooLong = refuse(400, {
  message:
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  type: 'invalid_request_error',
  code: 'context_length_exceeded',
});
const filtered = refuse(400, {
  message: 'The response was filtered due to the prompt triggering content management policy.',
  type: 'invalid_request_error',
  code: 'content_filter',
});
const noPrefill = refuse(400, {
  message:
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  type: 'invalid_request_error',
});

const once = (first: UpstreamStep) => (hit: Hit) => (hit.before === 0 ? first : answer(hit));
const always = (step: UpstreamStep) => () => step;

/** The primary of S15 is down for this time of the scene, s. */
const flap = { from: 20, until: 44 };
const isDown = (atMs: number): boolean => atMs >= flap.from * 1000 && atMs < flap.until * 1000;

const within = (times: readonly number[], ms: number): number =>
  times.filter((at) => at - (times[0] ?? 0) <= ms).length;
const took = ({ atMs, overMs }: Got): number => overMs - atMs;

export const scenes: Readonly<Record<string, Scene>> = {
  'S01 429 with Retry-After 2, once': {
    primary: once(limited({ 'retry-after': '2' })),
    overAfter: 20,
    checks: ({ primary, got }) => ({
      answered: isWhole(got),
      'asked again': primary.length === 2 || (got[0]?.target ?? '').endsWith('fallback'),
      'the first gap is 1.8 s or more':
        primary.length < 2 || (primary[1] ?? 0) - (primary[0] ?? 0) >= 1800,
      'no more than 2 attempts in 1.5 s': within(primary, 1500) <= 2,
    }),
  },
  'S02 429 for ever': {
    primary: always(limited()),
    overAfter: 40,
    checks: ({ primary }) => ({
      'at most 4 attempts in 3 s': within(primary, 3000) <= 4,
      'at most 6 in all': primary.length <= 6,
    }),
  },
  'S03 500 once': {
    primary: once(broken),
    overAfter: 20,
    checks: ({ primary, got }) => ({
      answered: isWhole(got),
      'the same target again': primary.length === 2,
    }),
  },
  'S04 503 for ever': {
    primary: always(unavailable),
    overAfter: 40,
    checks: ({ primary }) => ({ 'at most 6 attempts': primary.length <= 6 }),
  },
  'S05 reset before the head, once': {
    primary: once({ error: reset, delayMs: 5 }),
    overAfter: 20,
    checks: ({ got }) => ({ answered: isWhole(got) }),
  },
  'S06 no response at all': {
    primary: always({ error: hangUp, delayMs: 120_000 }),
    overAfter: 130,
    checks: ({ got, primary }) => ({
      'over within 100 s': got.every((one) => took(one) <= 100_000),
      'the silent route once': primary.length === 1,
    }),
  },
  'S07 the first token after 20 s': {
    primary: (hit) => ({ ...answer(hit), delayMs: 20_000 }),
    overAfter: 60,
    checks: ({ got }) => ({ answered: isWhole(got) }),
    advice: ({ got }) => ({ 'answered within 15 s': got.every((one) => took(one) <= 15_000) }),
  },
  'S08 cut after 40 of 60 words': {
    primary: (hit) => (hit.isRest ? answer(hit) : partOf(hit, 40, { cutAfter: reset })),
    overAfter: 40,
  },
  'S09 stalls after 20 words, closes after 30 s': {
    primary: (hit) =>
      hit.isRest ? answer(hit) : partOf(hit, 20, { cutAfter: hangUp, endDelayMs: 30_000 }),
    overAfter: 70,
    checks: ({ got }) => ({ 'over within 45 s': got.every((one) => took(one) <= 45_000) }),
  },
  'S10 one malformed chunk': {
    primary: (hit) => {
      const { chunks = [], ...rest } = answer(hit);
      return {
        ...rest,
        chunks:
          hit.stream && !hit.isRest ? chunks.toSpliced(10, 0, 'data: {"choices": [{\n\n') : chunks,
      };
    },
    overAfter: 30,
    advice: ({ got }) => ({ 'whole in place': isWhole(got) }),
  },
  'S11 no [DONE]': {
    primary: (hit) => {
      const { chunks = [], ...rest } = answer(hit);
      return hit.stream ? { ...rest, chunks: chunks.slice(0, -1), endDelayMs: 7000 } : answer(hit);
    },
    overAfter: 30,
    checks: ({ got }) => ({
      answered: isWhole(got),
      'ended within 8 s': got.every((one) => took(one) <= 8000),
      'usage is told': got.every(({ text }) => text.includes('"completion_tokens":60')),
    }),
  },
  'S12 context exceeded': {
    primary: always(tooLong),
    overAfter: 20,
    checks: ({ primary }) => ({ 'at most 2 attempts': primary.length <= 2 }),
  },
  'S13 content filter': {
    primary: always(filtered),
    errorIsRight: true,
    overAfter: 20,
    checks: ({ primary }) => ({ 'that model once': primary.length === 1 }),
  },
  'S14 cut, and the fallback refuses a trailing assistant message': {
    primary: (hit) => (hit.isRest ? noPrefill : partOf(hit, 40, { cutAfter: reset })),
    fallback: (hit) => (hit.isRest ? noPrefill : answer(hit)),
    errorIsRight: true,
    overAfter: 40,
    checks: ({ got }) => ({
      'the 400 does not hide the cut': got.every(
        (one) => isWhole([one]) || /broke off|ended/.test(one.text),
      ),
    }),
  },
  'S15 the primary flaps under 20 requests': {
    primary: (hit) => (isDown(hit.atMs) ? unavailable : answer(hit)),
    callers: { count: 20, everyMs: 4000 },
    overAfter: 200,
    checks: ({ got, primary }) => ({
      'each over within 30 s': got.every((one) => took(one) <= 30_000),
      'served during the outage': isWhole(got),
      'back within 30 s after it': got.some(
        ({ atMs, target }) =>
          atMs >= flap.until * 1000 &&
          atMs <= (flap.until + 30) * 1000 &&
          target?.endsWith('primary'),
      ),
      'few probes': primary.filter((at) => isDown(at)).length <= 12,
    }),
  },
  'S16 503, the fallback answers': {
    primary: always(unavailable),
    overAfter: 40,
    checks: ({ got, primary, fallback }) => ({
      answered: isWhole(got),
      'its model is named': got.every(({ target }) => target === 'crash/fallback'),
      'usage is told': got.every(({ text }) => text.includes('"completion_tokens":60')),
      'at most 6 attempts': primary.length + fallback.length <= 6,
    }),
  },
};

/** Sixty words, each told once. */
export const sixtyWords: readonly string[] = Array.from(
  { length: 60 },
  (_, index) => `word${index} `,
);

/** Everybody got the whole answer, each word once and in order. */
export function isWhole(got: readonly Got[]): boolean {
  return got.every(({ status, text }) => status === 200 && wordsIn(text) === sixtyWords.join(''));
}

/** The words of a chat answer, streamed or not. */
export function wordsIn(text: string): string {
  return [...text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)]
    .map(([, words = '']) => words)
    .join('');
}
