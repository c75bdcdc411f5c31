/** A refusal that says what is wrong is answered by the same request without it: once, visibly, and remembered where it lasts. */

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
  it('A71: is left out of the same request, and of every later one to that target', async () => {
    const { host, runtime, said, ask, bodies } = setUp();
    host.upstream.enqueue(noTopK, good, good);
    expect(await ask({ top_k: 5 })).toBe(200);
    expect(await ask({ top_k: 5 })).toBe(200);
    expect(bodies().map(({ top_k }) => top_k)).toEqual([5, undefined, undefined]);
    expect(said).toEqual([expect.stringMatching(/^deepseek\/one accepts requests only without top_k/)]);
    expect(runtime.records().map(({ notes }) => notes)).toEqual([
      ['asked without top_k'],
      ['asked without top_k'],
    ]);
  });

  it('A71: several are left out one after the other', async () => {
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
  ])('A70: %s', async (_what, fields, expected) => {
    const { host, ask, bodies } = setUp('openrouter');
    host.upstream.enqueue(afford, good, good);
    expect(await ask(fields)).toBe(200);
    expect(bodies().at(1)).toMatchObject(expected);
    await ask(fields);
    expect(bodies().at(2)?.['max_tokens']).toBe(Object.values(fields)[0]);
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
    const missing = refusal(400, { message: 'Missing `reasoning_content` field in the assistant message' });
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
