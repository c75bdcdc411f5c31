import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { defaults } from '../../model/defaults.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import { planTaskTime } from './task-time.ts';

const key = 'sk-test-task-time';
const text = 'data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n';
const finish =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const stream: Headers = { 'content-type': 'text/event-stream' };
const whole = { chunks: ['{"choices":[{"message":{"content":"done"},"finish_reason":"stop"}]}'] };

interface Answer {
  status: number;
  headers: Headers;
  body: string;
  /** Its caller takes what comes, not its beginning alone. Default: true. */
  isRead?: boolean;
}

function start(task: object, hasFallback = false): { host: FakeHost; runtime: Runtime } {
  const host = createFakeHost();
  const provider = { protocol: 'openai-chat', api_key: key };
  const runtime = createRuntime({
    host,
    config: {
      main: 'one/m',
      ...(hasFallback ? { fallback_chain: ['two/m'] } : {}),
      providers: {
        one: { ...provider, base_url: 'https://one.test/v1' },
        two: { ...provider, base_url: 'https://two.test/v1' },
      },
      auxiliary: { compression: task },
    },
  });
  return { host, runtime };
}

function ask(runtime: Runtime, body: object = {}, signal = new AbortController().signal): Answer {
  const answer: Answer = { status: 0, headers: {}, body: '' };
  const take = (chunk?: Uint8Array): boolean => {
    const isFirst = answer.body === '';
    answer.body += Buffer.from(chunk ?? []).toString();
    return isFirst || answer.isRead !== false;
  };
  const messages = [{ role: 'user', content: 'shorten this' }];
  void runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {},
      body: Buffer.from(JSON.stringify({ model: 'compression', messages, ...body })),
      signal,
    },
    {
      head: (status, headers) => Object.assign(answer, { status, headers }),
      write: take,
      onDrain: (resume) => {
        if (answer.isRead !== false) resume();
      },
      end: take,
    },
  );
  return answer;
}

function classesOf(record: RequestRecord | undefined): readonly (string | undefined)[] {
  return record?.attempts.map(({ failure }) => failure?.class) ?? [];
}

describe('the time of a task', () => {
  it.each([
    ['one target', 30, 1, 30],
    ['three targets', 60, 3, 180],
    ['the longest that a task may have', defaults.longestTask, 3, defaults.longestTask],
  ])('is its timeout for each target: %s', (_name, timeout, targets, seconds) => {
    expect(planTaskTime({ timeoutMs: timeout * 1000, isJudged: true }, targets, 5000)).toEqual({
      attemptMs: timeout * 1000,
      wholeMs: seconds * 1000,
      endsAt: 5000 + seconds * 1000,
      hasBegun: false,
    });
  });

  it.each([
    ['its slot', { max_concurrency: 1, timeout: 20 }, [{ ...whole, delayMs: 18_000 }]],
    ['capacity', { timeout: 20 }, [{ status: 429, headers: { 'retry-after': '15' } }, whole]],
  ])(
    'begins with its first attempt: waiting for %s has as much again',
    async (_name, task, first) => {
      const { host, runtime } = start(task);
      host.upstream.enqueue(...first, { ...whole, delayMs: 19_000 });
      ask(runtime);
      await host.advance(1000);
      const waiting = ask(runtime);
      await host.advance(40_000);
      expect(waiting.status).toBe(200);
    },
  );

  it('does not begin anew with its second attempt', async () => {
    const { host, runtime } = start({ timeout: 20 });
    host.upstream.enqueue({ status: 500, delayMs: 15_000 }, { ...whole, delayMs: 15_000 });
    const answer = ask(runtime);
    await host.advance(20_000);
    expect(answer.status).toBe(400);
    expect(classesOf(runtime.records()[0])).toEqual(['server-error', 'own-deadline']);
  });

  it('ends a silent attempt in time for the fallback, streamed too', async () => {
    const { host, runtime } = start({ timeout: 20 }, true);
    host.upstream.enqueue({ silent: true }, { headers: stream, chunks: [text, finish] });
    const answer = ask(runtime, { stream: true });
    await host.advance(20_000);
    expect(answer.body).toContain('data: [DONE]');
    expect(answer.body).toContain('target=two/m');
    expect(classesOf(runtime.records()[0])).toEqual(['timeout', undefined]);
  });

  it('ends a stream that drips for longer than the timeout, and asks nobody a second time', async () => {
    const { host, runtime } = start({ timeout: 20 });
    host.upstream.enqueue({
      headers: stream,
      chunks: new Array(60).fill(text),
      chunkDelayMs: 1000,
    });
    const answer = ask(runtime, { stream: true });
    await host.advance(60_000);
    expect(answer.body).toMatch(/"code":"timeout"/);
    expect(answer.body).not.toContain('[DONE]');
    expect(host.upstream.requests).toHaveLength(1);
  });

  it.each([
    ['its caller', false, 'continue', 'unread'],
    ['its caller', false, 'error', 'unread'],
    ['its target', true, 'continue', 'timeout'],
  ] as const)('a stream that is not whole by then: %s is at fault', async (...staged) => {
    const [, isRead, stream_recovery, cause] = staged;
    const { host, runtime } = start({ timeout: 20, judge: false, stream_recovery });
    host.upstream.enqueue({ headers: stream, chunks: new Array(60).fill(text), chunkDelayMs: 900 });
    Object.assign(ask(runtime, { stream: true }), { isRead });
    await host.advance(60_000);
    const [record] = runtime.records();
    expect(classesOf(record)).toEqual([cause]);
    expect(record?.fixes?.join()).toMatch(isRead ? /timeout/ : /^let the caller read [a-z ]*$/);
  });

  it('is over for all targets together, and then nobody is to blame', async () => {
    const { host, runtime } = start({ timeout: 20 }, true);
    const slow = { status: 500, delayMs: 15_000 };
    host.upstream.enqueue(slow, slow, { silent: true });
    const answer = ask(runtime);
    await host.advance(40_000);
    expect(classesOf(runtime.records()[0])).toEqual([
      'server-error',
      'server-error',
      'own-deadline',
    ]);
    expect(answer.status).toBe(400);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.body).toMatch(/the task's 40 s are used up/);
  });

  it('does not hold for main', async () => {
    const { host, runtime } = start({ timeout: 20 });
    host.upstream.enqueue({ ...whole, delayMs: 300_000 });
    const answer = ask(runtime, { model: 'main' });
    await host.advance(300_000);
    expect(answer.status).toBe(200);
  });
});

describe('max_concurrency', () => {
  it('keeps at most two on their way, fallback included, and answers all', async () => {
    const { host, runtime } = start({ max_concurrency: 2 }, true);
    const refused = { status: 400, delayMs: 1000 };
    const answered = { ...whole, delayMs: 1000 };
    host.upstream.enqueue(refused, refused, answered, answered, ...new Array(3).fill(answered));
    const answers = [1, 2, 3, 4, 5].map(() => ask(runtime));
    const sentAfter: number[] = [];
    for (let second = 0; second < 5; second++) {
      await host.advance(second === 0 ? 500 : 1000);
      sentAfter.push(host.upstream.requests.length);
    }
    expect(sentAfter).toEqual([2, 4, 6, 7, 7]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    host.upstream.assertAllUsed();
  });

  it('says so when no place was free while the task had time, and sends nothing', async () => {
    const { host, runtime } = start({ max_concurrency: 1, timeout: 20 });
    host.upstream.enqueue({ silent: true });
    ask(runtime);
    await host.advance(500);
    const waiting = ask(runtime);
    await host.advance(19_500);
    expect(host.upstream.requests).toHaveLength(1);
    expect(waiting.status).toBe(400);
    expect(waiting.headers['x-should-retry']).toBe('false');
    expect(JSON.parse(waiting.body).error).toMatchObject({
      code: 'own-deadline',
      message: expect.stringMatching(
        /^after 19 s no place was free .* let more go at once: .*compression.max_concurrency 2/,
      ),
    });
    expect(runtime.records()).toMatchObject([
      { outcome: 'failed', cause: 'own-deadline' },
      { outcome: 'failed' },
    ]);
  });

  it('lets a caller leave the queue, and gives its turn to the next', async () => {
    const { host, runtime } = start({ max_concurrency: 1 });
    host.upstream.enqueue({ ...whole, delayMs: 1000 }, { ...whole, delayMs: 1000 });
    const caller = new AbortController();
    const answers = [ask(runtime), ask(runtime, {}, caller.signal), ask(runtime)];
    await host.advance(500);
    caller.abort();
    await host.advance(2000);
    expect(answers.map(({ status }) => status)).toEqual([200, 0, 200]);
    expect(runtime.records().map(({ outcome }) => outcome)).toEqual([
      'client-gone',
      'answered',
      'answered',
    ]);
  });
});
