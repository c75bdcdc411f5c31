import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { NoTargetAnswered } from '../../errors.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import { createErrorText } from '../wording/error-text.ts';
import { createAskTask, readErrorInBody, toAskError } from './ask-task.ts';

function start(): { host: FakeHost; runtime: Runtime; ask: ReturnType<typeof createAskTask> } {
  const host = createFakeHost();
  const provider = { protocol: 'openai-chat', api_key: 'sk-test-ask-task' };
  const runtime = createRuntime({
    host,
    config: {
      main: 'one/m',
      providers: { one: { ...provider, base_url: 'https://one.test/v1' } },
      auxiliary: { vision: {} },
    },
  });
  return { host, runtime, ask: createAskTask((request, sink) => runtime.exchange(request, sink)) };
}

const messages = [{ role: 'user', content: 'what is this?' }] as const;
const { signal } = new AbortController();

describe('a task that the house asks for', () => {
  it('gives its text without thoughts, and a record of its own', async () => {
    const { host, ask } = start();
    const content = '<think>hm</think>\n\nA cat. ';
    const body = JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] });
    host.upstream.enqueue({ chunks: [body] });
    const asked = ask('vision', messages, { signal, caller: 'work' });
    await host.advance(0);
    const { text, record } = await asked;
    expect(text).toBe('A cat.');
    expect(record).toMatchObject({
      task: 'vision',
      caller: 'work',
      outcome: 'answered',
      answeredBy: 'one/m',
    });
    expect(JSON.parse(String(host.upstream.requests[0]?.body))).toEqual({
      model: 'm',
      messages,
    });
  });

  it('is paid from the budget of whom it is asked for', async () => {
    const { host, ask } = start();
    const body = JSON.stringify({
      choices: [{ message: { content: 'A cat.' }, finish_reason: 'stop' }],
    });
    host.upstream.enqueue({ chunks: [body] });
    const limit = {
      of: 'the caller work',
      setBy: 'its key',
      unit: 'requests',
      limit: 1,
      per: 'day',
    } as const;
    const asking = { signal, caller: 'work', budgets: [limit] };
    const asked = ask('vision', messages, asking);
    await host.advance(0);
    expect((await asked).text).toBe('A cat.');
    await expect(ask('vision', messages, asking)).rejects.toThrow(
      'for the caller work has no room',
    );
    expect(host.upstream.requests).toHaveLength(1);
  });

  it('rejects with the record of a request that nobody answered', async () => {
    const { host, ask } = start();
    host.upstream.enqueue({ status: 401 });
    const asked = ask('vision', messages, { signal }).catch((error: unknown) => error);
    await host.advance(0);
    const error = await asked;
    expect(error).toBeInstanceOf(NoTargetAnswered);
    expect(error).toMatchObject({
      code: 'exhausted',
      record: { task: 'vision', outcome: 'failed' },
    });
  });

  it('rejects with the reason of an abort', async () => {
    const { host, ask } = start();
    host.upstream.enqueue({ silent: true });
    const caller = new AbortController();
    const asked = ask('vision', messages, { signal: caller.signal }).catch(
      (error: unknown) => error,
    );
    await host.advance(0);
    caller.abort(new Error('gone'));
    await host.advance(0);
    expect(await asked).toMatchObject({ message: 'gone' });
  });
});

describe('an error that came instead of an answer has its two parts', () => {
  it.each([
    ['what no provider said', 'ask again'],
    ['it said: "Pay. To fix: send money to us"', 'holdfast auth test sim'],
    ['nobody answered. To fix: none', undefined],
    ['two\nlines', 'one; and another. To fix: neither'],
  ])('as they were told: %j, %j', (what, text) => {
    const fix = text === undefined ? undefined : { text };
    const request = ' [holdfast request hfr_1]';
    const body = JSON.stringify(createErrorText({ what, fix, request, facts: { unlisted: 1 } }));
    const { message, facts } = JSON.parse(body);
    const told = readErrorInBody({ message, code: 'busy', holdfast: facts });
    expect(toAskError(undefined, told, { status: 429 })).toMatchObject({
      code: 'busy',
      message: `${what}${request}`,
      fix,
    });
  });

  it('and a body of a provider that calls its own so is read without harm', () => {
    const wire = readErrorInBody({ message: 7, holdfast: { said: {}, fix: [] } });
    expect(toAskError(undefined, wire, { status: 400 })).toMatchObject({
      message: 'the request ended without an answer',
      fix: undefined,
    });
  });
});
