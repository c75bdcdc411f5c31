/**
 * A refusal that says what is wrong is answered by the same request without it: once, visibly, and
 * remembered where it lasts.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const json = { 'content-type': 'application/json' };
const good: UpstreamStep = {
  headers: json,
  chunks: ['{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}'],
};

function refusal(status: number, error: object): UpstreamStep {
  return { status, headers: json, chunks: [JSON.stringify({ error })] };
}

const noTopK = refusal(400, {
  code: 'unsupported_parameter',
  param: 'top_k',
  message: 'Unsupported parameter',
});

interface Scene {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  readonly said: string[];
  ask(fields?: object): Promise<number>;
  /** The bodies that the provider got. */
  bodies(): readonly Record<string, unknown>[];
}

function setUp(provider = 'deepseek'): Scene {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h' } });
  const said: string[] = [];
  const key = `sk-test-${'a'.repeat(20)}`;
  const config = { main: `${provider}/one`, providers: { [provider]: { api_key: key } } };
  const runtime = createRuntime({
    host,
    config,
    onEvent: (event) => void (event.type === 'warning' && said.push(event.text)),
  });
  const ask = async (fields: object = {}): Promise<number> => {
    let status = 0;
    const messages = [{ role: 'user', content: 'hi' }];
    await runtime.exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: json,
        body: Buffer.from(JSON.stringify({ model: 'main', messages, ...fields })),
        signal: new AbortController().signal,
      },
      {
        head: (given) => {
          status = given;
        },
        write: () => true,
        onDrain: () => undefined,
        end: () => undefined,
      },
    );
    return status;
  };
  const bodies = () => host.upstream.requests.map(({ body }) => JSON.parse(String(body)));
  return { host, runtime, said, ask, bodies };
}

describe('a refused parameter', () => {
  it('is left out of the same request, and of every later one to that target', async () => {
    const { host, runtime, said, ask, bodies } = setUp();
    host.upstream.enqueue(noTopK, good, good);
    expect(await ask({ top_k: 5 })).toBe(200);
    expect(await ask({ top_k: 5 })).toBe(200);
    expect(bodies().map(({ top_k }) => top_k)).toEqual([5, undefined, undefined]);
    expect(said).toEqual([
      expect.stringMatching(/^deepseek\/one accepts requests only without top_k/),
    ]);
    expect(runtime.records().map(({ notes }) => notes)).toEqual([
      ['asked without top_k'],
      ['asked without top_k'],
    ]);
  });

  it('several are left out one after the other', async () => {
    const { host, ask, bodies } = setUp();
    const noTemperature = refusal(400, {
      message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
      param: 'temperature',
      code: 'unsupported_value',
    });
    host.upstream.enqueue(noTopK, noTemperature, good);
    expect(await ask({ top_k: 5, temperature: 0.2, seed: 1 })).toBe(200);
    expect(bodies().at(-1)).toMatchObject({ seed: 1 });
    expect(Object.keys(bodies().at(-1) ?? {})).not.toContain('temperature');
  });

  it('takes the new name where the provider says it', async () => {
    const { host, ask, bodies } = setUp();
    const renamed = refusal(400, {
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      param: 'max_tokens',
      code: 'unsupported_parameter',
    });
    host.upstream.enqueue(renamed, good);
    expect(await ask({ max_tokens: 7 })).toBe(200);
    expect(bodies().at(-1)).toMatchObject({ max_completion_tokens: 7 });
  });

  it('is not remembered when leaving it out did not help: the caller gets the refusal', async () => {
    const { host, said, ask, bodies } = setUp();
    host.upstream.enqueue(noTopK, noTopK);
    expect(await ask({ top_k: 5 })).toBe(400);
    expect(bodies()).toHaveLength(2);
    expect(said).toEqual([]);
  });

  it.each([
    ['messages', {}],
    ['tools', { tools: [] }],
    ['absent', {}],
  ])('%s stays: without it the request would be another one', async (param, fields) => {
    const { host, ask, bodies } = setUp();
    host.upstream.enqueue(refusal(400, { code: 'unsupported_parameter', param, message: 'no' }));
    expect(await ask(fields)).toBe(400);
    expect(bodies()).toHaveLength(1);
  });
});

describe('a request that is too dear', () => {
  const afford = refusal(402, {
    code: 402,
    message:
      'This request requires more credits, or fewer max_tokens. You requested up to 65,536 tokens, but can only afford 900.',
  });

  it.each([
    ['clamps what the client wrote', { max_tokens: 65_536 }, { max_tokens: 900 }],
    ['says a limit where the client wrote none', {}, { max_tokens: 900 }],
  ])('makes a request that is too dear smaller: %s', async (_what, fields, expected) => {
    const { host, ask, bodies } = setUp('openrouter');
    host.upstream.enqueue(afford, good, good);
    expect(await ask(fields)).toBe(200);
    expect(bodies().at(1)).toMatchObject(expected);
    await ask(fields);
    expect(bodies().at(2)?.['max_tokens']).toBe(Object.values(fields)[0]);
  });
});

describe('an answer that is asked to be longer than the window', () => {
  const aboveWindow = refusal(400, {
    message:
      'max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer output tokens. (parameter=max_tokens, value=5000)',
    type: 'BadRequestError',
    param: 'max_tokens',
    code: 400,
  });

  it('is asked for less at the same target, and the record says so; the next request brings its own wish', async () => {
    const { host, runtime, said, ask, bodies } = setUp('vllm');
    host.upstream.enqueue(aboveWindow, good, good);
    expect(await ask({ max_tokens: 5000 })).toBe(200);
    const room = bodies()[1]?.['max_tokens'];
    expect(room).toBeLessThan(1024);
    expect(room).toBeGreaterThan(900);
    expect(runtime.records().at(-1)?.notes).toEqual([
      `asked with at most ${room} tokens to write, lowered from above its window`,
    ]);
    await ask({ max_tokens: 700 });
    expect(bodies()[2]?.['max_tokens']).toBe(700);
    expect(said).toEqual([]);
  });

  it('is left to the server where the room was guessed too large', async () => {
    const { host, ask, bodies } = setUp('vllm');
    const stillTooMuch = refusal(400, {
      message:
        "This model's maximum context length is 1024 tokens. However, you requested 960 output tokens and your prompt contains at least 65 input tokens, for a total of at least 1025 tokens.",
      type: 'BadRequestError',
      param: 'input_tokens',
      code: 400,
    });
    host.upstream.enqueue(aboveWindow, stillTooMuch, good);
    expect(await ask({ max_tokens: 5000 })).toBe(200);
    expect(Object.keys(bodies()[2] ?? {})).not.toContain('max_tokens');
  });

  it.each([
    [
      'where the prompt was counted',
      "This model's maximum context length is 1024 tokens. However, you requested 5020 tokens (20 in the messages, 5000 in the completion).",
      1004,
    ],
    [
      'where the server says how much it may be',
      'max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.',
      16_384,
    ],
  ])('gets all the room there is %s', async (_where, message, room) => {
    const { host, ask, bodies } = setUp('vllm');
    host.upstream.enqueue(refusal(400, { message, param: 'max_tokens', code: null }), good);
    expect(await ask({ max_tokens: 100_000 })).toBe(200);
    expect(bodies()[1]?.['max_tokens']).toBe(room);
  });

  it('is no matter of the answer where the conversation is what is too long: agents compact it', async () => {
    const { host, ask, bodies } = setUp('vllm');
    const message =
      "This model's maximum context length is 32768 tokens. However, you requested 34000 tokens (30000 in the messages, 4000 in the completion).";
    host.upstream.enqueue(refusal(400, { message }));
    expect(await ask({ max_tokens: 4000 })).toBe(400);
    expect(bodies()).toHaveLength(1);
  });

  it('is not asked for less a third time', async () => {
    const { host, ask, bodies } = setUp('vllm');
    host.upstream.enqueue(aboveWindow, aboveWindow, aboveWindow);
    expect(await ask({ max_tokens: 5000 })).toBe(400);
    expect(bodies()).toHaveLength(3);
  });
});

describe('a conversation in which another model took part', () => {
  const messages = [
    { role: 'user', content: 'list' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_0123456789', type: 'function', function: {} }],
    },
    { role: 'tool', tool_call_id: 'call_0123456789', content: 'a b' },
    { role: 'assistant', content: 'two', reasoning_content: 'hm' },
  ];

  it('gets a blank reasoning where it has none', async () => {
    const { host, runtime, ask, bodies } = setUp();
    const missing = refusal(400, {
      message: 'The reasoning_content in the thinking mode must be passed back to the API.',
      code: 'invalid_request_error',
    });
    host.upstream.enqueue(missing, good);
    expect(await ask({ messages })).toBe(200);
    const sent = bodies().at(-1)?.['messages'];
    expect(sent).toMatchObject([{}, { reasoning_content: ' ' }, {}, { reasoning_content: 'hm' }]);
    expect(runtime.records().at(-1)?.notes).toEqual(['asked with its history repaired']);
  });

  it('gets tool-call ids that fit, in call and result alike', async () => {
    const { host, ask, bodies } = setUp('mistral');
    const shape = refusal(400, {
      message: 'Tool call id was call_0123456789 but must be a-z, A-Z, 0-9, with a length of 9.',
    });
    host.upstream.enqueue(shape, good);
    expect(await ask({ messages })).toBe(200);
    const [, call, result] = parseMessages(bodies().at(-1));
    expect(result?.tool_call_id).toMatch(/^[a-z0-9]{9}$/);
    expect(call?.tool_calls?.[0]?.id).toBe(result?.tool_call_id);
  });

  it('is not repaired twice', async () => {
    const { host, ask, bodies } = setUp();
    const missing = refusal(400, {
      message: 'Missing `reasoning_content` field in the assistant message',
    });
    host.upstream.enqueue(missing, missing);
    expect(await ask({ messages })).toBe(400);
    expect(bodies()).toHaveLength(2);
  });
});

interface SentMessage {
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string }[];
}

function parseMessages(body: Record<string, unknown> | undefined): readonly SentMessage[] {
  return body?.['messages'] as readonly SentMessage[];
}
