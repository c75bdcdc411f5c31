/**
 * Answers that never end: what they may take of the memory is bounded, and the next target answers.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { type Answer, ask } from '../../../test/integration/harness.ts';
import type { Headers } from '../../model/request.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const megabyte = 1024 * 1024;
const stream: Headers = { 'content-type': 'text/event-stream' };
const content = 'data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n';
const ping = `: ${'a'.repeat(megabyte)}\n\n`;
const usage = { input_tokens: 3, output_tokens: 5 };
const messages = [
  {
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'so' } },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');
const rest =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const whole: UpstreamStep = {
  chunks: ['{"choices":[{"index":0,"message":{"content":"so"},"finish_reason":"stop"}]}'],
};
const told: UpstreamStep = { headers: stream, chunks: [content, rest] };

/** More than `megabytes`, and open for more. */
function endless(headers: Headers, start: string, megabytes: number): UpstreamStep {
  const chunk = Buffer.alloc(16 * megabyte, 'a');
  const chunks = new Array<Buffer>(megabytes / 16 + 1).fill(chunk);
  return { headers, chunks: [start, ...chunks], stallAfter: true };
}

const refusal = JSON.stringify({ message: `prompt is too long: ${'a'.repeat(megabyte)}` });

const steps = {
  preamble: (): UpstreamStep => ({
    headers: stream,
    chunks: new Array(5).fill(ping),
    stallAfter: true,
  }),
  event: () => endless(stream, 'data: ', 64),
  body: () => endless({}, '{"a":"', 256),
};

function start(protocol: string, ...steps: readonly UpstreamStep[]) {
  const host = createFakeHost();
  host.upstream.enqueue(...steps);
  const provider = { api_key: 'sk-test-endless', pace: 'thinking' };
  const config = {
    main: 'one/m',
    fallback_chain: ['two/m'],
    stream_recovery: 'error',
    providers: {
      one: { ...provider, protocol, base_url: 'https://one.test/v1' },
      two: { ...provider, protocol: 'openai-chat', base_url: 'https://two.test/v1' },
    },
  };
  return { host, runtime: createRuntime({ host, config }) };
}

/**
 * Asks, moving the clock by no more than the waits between attempts: no limit of time may be what
 * ends them.
 */
async function answerOf(host: FakeHost, runtime: Runtime, body: object): Promise<Answer> {
  let isOver = false;
  const asked = ask(runtime, body).finally(() => {
    isOver = true;
  });
  // A translated request loads its package first, in real time.
  while (host.upstream.requests.length === 0) await turns(1);
  for (let waited = 0; !isOver && waited < 20; waited++) {
    await host.advance(250);
    await turns(20);
  }
  return asked;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function rulesOf(runtime: Runtime): readonly (readonly (string | undefined)[])[] {
  const attempts = runtime.records().at(-1)?.attempts ?? [];
  return attempts.map(({ target, failure }) => [target, failure?.class, failure?.rule]);
}

describe('an answer that never ends', () => {
  it.each([
    ['a preamble', 'openai-chat', 'preamble', told],
    ['an event', 'openai-chat', 'event', told],
    ['an event, translated', 'anthropic-messages', 'event', told],
    ['a body', 'openai-chat', 'body', whole],
    ['a body, translated', 'anthropic-messages', 'body', whole],
  ] as const)(
    'is given up after one reading, and the next target answers: %s',
    async (_name, protocol, kind, answer) => {
      const step = steps[kind]();
      const { host, runtime } = start(protocol, step, answer);
      const { status, text } = await answerOf(host, runtime, { stream: kind !== 'body' });
      expect([status, text]).toEqual([200, expect.stringContaining('"so"')]);
      expect(rulesOf(runtime)).toEqual([
        ['one/m', 'malformed', `endless-${kind}`],
        ['two/m', undefined, undefined],
      ]);
    },
  );

  it.each([
    ['in a body', { chunks: [`{"error":${refusal}}`] }, false],
    ['in a stream', { headers: stream, chunks: [`data: {"error":${refusal}}\n\n`] }, true],
  ])('is an error of which the beginning is looked at: %s', async (_name, step, isStreamed) => {
    const { host, runtime } = start('openai-chat', step, step);
    const { status, text } = await answerOf(host, runtime, { stream: isStreamed });
    expect([status, text.length <= 256 * 1024]).toEqual([400, true]);
    expect(text).toContain('context_length_exceeded');
    expect(rulesOf(runtime)).toEqual([
      ['one/m', 'context-overflow', expect.anything()],
      ['two/m', 'context-overflow', expect.anything()],
    ]);
  });

  it('is not asked for again where nothing else is free', async () => {
    const host = createFakeHost();
    host.upstream.enqueue(steps.preamble());
    const one = {
      api_key: 'sk-test-endless',
      base_url: 'https://one.test/v1',
      protocol: 'openai-chat',
    };
    const runtime = createRuntime({ host, config: { main: 'one/m', providers: { one } } });
    const { status } = await answerOf(host, runtime, { stream: true });
    expect([status, rulesOf(runtime)]).toEqual([400, [['one/m', 'malformed', 'endless-preamble']]]);
    expect(host.upstream.requests).toHaveLength(1);
  });

  it.each([
    ['openai-chat', content],
    ['anthropic-messages', messages],
  ])('breaks a stream that has begun, with one clean error: %s', async (protocol, begun) => {
    const { host, runtime } = start(protocol, endless(stream, `${begun}data: `, 64));
    const { status, text } = await answerOf(host, runtime, { stream: true });
    expect([status, text]).toEqual([
      200,
      expect.stringMatching(/"so".*"error":\{[^\n]*64 MB[^\n]*\n\n$/s),
    ]);
    expect(rulesOf(runtime)).toEqual([['one/m', 'malformed', 'endless-event']]);
  });
});
