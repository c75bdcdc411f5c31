import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import type { Headers } from '../../model/request.ts';
import { createRuntime } from '../../runtime.ts';

const stream: Headers = { 'content-type': 'text/event-stream' };
const text = 'data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n';
const finish =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const answer: UpstreamStep = { headers: stream, chunks: [text, finish] };

function ask(steps: readonly UpstreamStep[], body: object = { stream: true }, random = () => 0.5) {
  const host = { ...createFakeHost(), random };
  const provider = { protocol: 'openai-chat', api_key: 'sk-test-early-head', pace: 'thinking' };
  const runtime = createRuntime({
    host,
    config: {
      main: 'one/m',
      fallback_chain: ['two/m'],
      providers: {
        one: { ...provider, base_url: 'https://one.test/v1' },
        two: { ...provider, base_url: 'https://two.test/v1' },
      },
    },
  });
  host.upstream.enqueue(...steps);
  const heard: { heads: { status: number; headers: Headers }[]; body: string; ends: number } = {
    heads: [],
    body: '',
    ends: 0,
  };
  const take = (chunk?: Uint8Array): boolean => {
    heard.body += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const messages = [{ role: 'user', content: 'hi' }];
  const done = runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {},
      body: Buffer.from(JSON.stringify({ model: 'main', messages, ...body })),
      signal: new AbortController().signal,
    },
    {
      head: (status, headers) => void heard.heads.push({ status, headers }),
      write: take,
      onDrain: (resume) => resume(),
      end: (chunk) => {
        heard.ends += 1;
        take(chunk);
      },
    },
  );
  return { host, runtime, heard, done };
}

describe('a streamed request without an answer', () => {
  it('gets the head and a sign of life after 15 s, and one more every 15 s', async () => {
    const { host, heard } = ask([{ ...answer, delayMs: 50_000 }]);
    await host.advance(14_999);
    expect(heard).toEqual({ heads: [], body: '', ends: 0 });
    await host.advance(1);
    expect(heard.heads).toMatchObject([
      { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
    ]);
    expect(heard.body).toBe(': waiting\n\n');
    await host.advance(30_000);
    expect(heard.body).toBe(': waiting\n\n'.repeat(3));
  });

  it('may still be answered by another target, which then stands in a comment before the marker', async () => {
    const { host, heard, done } = ask([
      { status: 503, delayMs: 20_000 },
      { status: 503 },
      { status: 503 },
      answer,
    ]);
    await host.advance(60_000);
    await done;
    const said = heard.body.replaceAll(': waiting\n\n', '');
    const [done1, marker] = [
      'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: [DONE]\n\n',
    ];
    expect(said).toBe(`${text}${done1}: holdfast target=two/m attempts=4\n\n${marker}`);
    expect(heard.heads).toHaveLength(1);
    expect(heard.ends).toBe(1);
  });

  it('shows no sign of life after the answer has begun', async () => {
    const { host, heard } = ask([
      { headers: stream, chunks: [text], delayMs: 16_000, stallAfter: true },
    ]);
    await host.advance(16_001);
    const begun = heard.body;
    await host.advance(40_000);
    expect(heard.body).toBe(begun);
  });

  it('ends with one clean error in band when nobody answers, and with nothing after it', async () => {
    const refused = { status: 402, chunks: ['{"error":{"message":"Insufficient Balance"}}'] };
    const { host, heard, done } = ask([{ ...refused, delayMs: 20_000 }, refused]);
    await host.advance(200_000);
    await done;
    const [last, ...before] = heard.body.trim().split('\n\n').reverse();
    expect(before).toEqual([': waiting']);
    const { error } = JSON.parse(last?.slice('data: '.length) ?? '');
    expect(error).toMatchObject({
      code: 'billing',
      message: expect.stringMatching(/one\/m .* two\/m /s),
    });
    expect(heard).toMatchObject({ ends: 1, heads: [{ status: 200 }] });
  });

  it("passes the provider's own refusal of the request on in band", async () => {
    const body = '{"error":{"message":"too long",\n"code":"context_length_exceeded"}}';
    const { host, heard, done } = ask([{ status: 400, chunks: [body], delayMs: 20_000 }]);
    await host.advance(30_000);
    await done;
    const events = heard.body.trim().split('\n\n');
    expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '').error.code).toBe(
      'context_length_exceeded',
    );
  });

  it('wraps a refusal that is no JSON, so that no parser breaks on it', async () => {
    const sentence = "This model's maximum context length is 10 tokens";
    const { host, heard, done } = ask([{ status: 400, chunks: [sentence], delayMs: 20_000 }]);
    await host.advance(30_000);
    await done;
    const [, event = ''] = heard.body.trim().split('\n\n');
    expect(JSON.parse(event.slice('data: '.length)).error.message).toBe(sentence);
  });

  it('ends with an error in band, once, after a fault of ours', async () => {
    const { host, heard, done, runtime } = ask(
      [{ status: 503, delayMs: 20_000 }],
      { stream: true },
      () => {
        throw new Error('a bug');
      },
    );
    const warnings: string[] = [];
    runtime.subscribe((event) => 'text' in event && warnings.push(event.text));
    await host.advance(100_000);
    await done;
    expect(heard.body).toMatch(/^: waiting\n\ndata: \{"error":.*"code":"local-fault"\}\}\n\n$/);
    expect(heard.ends).toBe(1);
    expect(warnings.join()).toContain('a bug');
  });
});

it('a request that is not streamed gets no early head: its status is still open', async () => {
  const { host, heard } = ask([{ silent: true }], {});
  await host.advance(100_000);
  expect(heard.heads).toEqual([]);
});
