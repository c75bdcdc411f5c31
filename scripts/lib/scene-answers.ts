/**
 * What the providers say in the scene of the page's pictures, each in its own format and words.
 * Times are those of the scene's clock.
 */

import type { UpstreamRequest } from '../../src/host.ts';
import type { UpstreamStep } from '../../test/fakes/fake-host.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Epoch ms of a time of the scene's day, in UTC: `at('14:03:21')`. */
export function at(clock: string): number {
  return Date.parse(`2026-12-03T${clock.padEnd(8, ':00')}Z`);
}

/** When the picture is taken. */
export const takenAt: number = at('14:03:03');

/** The keys that openai knows: one is at its limit twice, the other was revoked. */
export interface SceneKeys {
  readonly work: string;
  readonly home: string;
}

/** Says what a provider answers to a request at this time. */
export function answerAs({ work, home }: SceneKeys) {
  return (request: UpstreamRequest, now: number): UpstreamStep => {
    const { origin, headers } = request;
    const shown = headers['authorization'] ?? '';
    if (origin.includes('openai')) {
      if (shown.includes(home)) return refuseKey;
      if (overload[0] <= now && now < overload[1]) return overloaded;
      const limitedUntil = limits.find(([from, until]) => from <= now && now < until)?.[1];
      if (shown.includes(work) && limitedUntil !== undefined)
        return limitRate((limitedUntil - now) / 1000);
      return { ...answers.openai, delayMs: 1400 };
    }
    if (origin.includes('deepseek')) return isStream(request) ? deepseekStream : answers.deepseek;
    if (isStream(request)) return { ...claudeStream, headers: { ...events, ...planOf(now) } };
    const isPlan = shown !== '';
    return isPlan
      ? { ...answers.anthropic, headers: { ...json, ...planOf(now) } }
      : { ...answers.anthropic, delayMs: 1800 };
  };
}

/** The times in which openai's limit is reached. */
const limits: readonly (readonly [number, number])[] = [
  [at('11:20:07'), at('11:20:41')],
  [at('13:10:04'), at('13:10:30')],
  [at('14:02:55'), at('14:03:21')],
];

/** The time in which openai is overloaded. */
const overload = [at('12:31:00'), at('12:31:40')] as const;

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };

const refuseKey: UpstreamStep = {
  status: 401,
  headers: json,
  delayMs: 240,
  chunks: [
    JSON.stringify({
      error: {
        message: 'This API key has been revoked.',
        type: 'invalid_request_error',
        code: 'api_key_revoked',
      },
    }),
  ],
};

const overloaded: UpstreamStep = {
  status: 503,
  headers: json,
  delayMs: 180,
  chunks: [JSON.stringify({ error: { message: 'Server is overloaded, try again later.' } })],
};

function limitRate(seconds: number): UpstreamStep {
  const said = `Rate limit reached for gpt-6-luna on tokens per min (TPM): Limit 200000. Please try again in ${Math.ceil(seconds)}s.`;
  return {
    status: 429,
    headers: {
      ...json,
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': `${Math.ceil(seconds)}s`,
    },
    delayMs: 310,
    chunks: [
      JSON.stringify({ error: { message: said, type: 'tokens', code: 'rate_limit_exceeded' } }),
    ],
  };
}

const text = 'The test was right: the cache kept a key that had been rotated.';

const answers: Readonly<Record<'openai' | 'anthropic' | 'deepseek', UpstreamStep>> = {
  openai: answer({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-6-luna',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: 24_100,
      input_tokens_details: { cached_tokens: 20_480 },
      output_tokens: 620,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 24_720,
    },
  }),
  anthropic: answer({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 2100, cache_read_input_tokens: 31_800, output_tokens: 540 },
  }),
  deepseek: answer({
    id: 'chat_1',
    object: 'chat.completion',
    created: 1,
    model: 'deepseek-v4-pro',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: 9200,
      prompt_tokens_details: { cached_tokens: 7680 },
      completion_tokens: 410,
      total_tokens: 9610,
    },
  }),
};

function answer(body: object): UpstreamStep {
  return { headers: json, delayMs: 900, chunks: [JSON.stringify(body)] };
}

function isStream({ body }: UpstreamRequest): boolean {
  return String(body).includes('"stream":true');
}

const words = Array.from({ length: 120 }, (_, index) => `${text} (${index}) `);

/** They go on when the picture is taken. */
const deepseekStream: UpstreamStep = {
  headers: events,
  delayMs: 700,
  chunkDelayMs: 500,
  stallAfter: true,
  chunks: words.map((content) =>
    event({ id: 'chat_2', choices: [{ index: 0, delta: { content } }] }),
  ),
};

const claudeStream: UpstreamStep = {
  delayMs: 1100,
  chunkDelayMs: 400,
  stallAfter: true,
  chunks: [
    event({
      type: 'message_start',
      message: {
        id: 'msg_2',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-5-5',
        content: [],
        usage: { input_tokens: 2100, output_tokens: 1 },
      },
    }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...words.map((more) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: more } }),
    ),
  ],
};

function event(data: Readonly<Record<string, unknown>>): string {
  const { type } = data;
  const name = typeof type === 'string' ? `event: ${type}\n` : '';
  return `${name}data: ${JSON.stringify(data)}\n\n`;
}

/** Claude's plan, as it says it with every answer: 5 hours that go fast, a week that lasts. */
function planOf(now: number): Readonly<Record<string, string>> {
  const began = at('11:40:00');
  const used = now < began ? 0.3 : (0.69 * (now - began)) / (takenAt - began);
  const ofWeek = 0.25 + (0.04 * (now - at('00:00:00'))) / (14 * hourMs);
  const fiveHours = now < began ? began : began + 5 * hourMs;
  const prefix = 'anthropic-ratelimit-unified';
  return {
    [`${prefix}-status`]: 'allowed',
    [`${prefix}-5h-status`]: 'allowed',
    [`${prefix}-5h-utilization`]: used.toFixed(3),
    [`${prefix}-5h-reset`]: String(fiveHours / 1000),
    [`${prefix}-7d-status`]: 'allowed',
    [`${prefix}-7d-utilization`]: ofWeek.toFixed(3),
    [`${prefix}-7d-reset`]: String((at('09:00:00') + 3 * dayMs) / 1000),
  };
}
