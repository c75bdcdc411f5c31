/** Laws of what a healthy simulated model answers in Anthropic's shape, and of what it refuses. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

const hello = { role: 'user', content: 'hello there' };
const weather = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};
const thinking = { type: 'enabled', budget_tokens: 1024 };

interface Heard {
  readonly status: number;
  readonly body: string;
}

async function post(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Heard> {
  const response = await fetch(`${sim.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': 'sk-sim-good', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify({ model: 'sim/plain', max_tokens: 4096, messages: [hello], ...body }),
  });
  return { status: response.status, body: await response.text() };
}

async function message(body: object = {}) {
  return JSON.parse((await post('/messages', body)).body);
}

async function events(body: object = {}) {
  const { body: text } = await post('/messages', { stream: true, ...body });
  return text
    .trim()
    .split('\n\n')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n');
      return { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
    });
}

describe('a messages answer', () => {
  it('names the model, echoes the prompt and counts its tokens', async () => {
    expect(await message()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'sim/plain',
      content: [{ type: 'text', text: 'sim/plain heard: hello there' }],
      stop_reason: 'end_turn',
      usage: { output_tokens: 4, cache_read_input_tokens: 0 },
    });
  });

  it('streams every kind of event in the order of the vendor, each named as its data says', async () => {
    const came = await events({ thinking });
    expect(came.every(({ name, data }) => name === data.type)).toBe(true);
    const kinds = came.map(({ data }) => data.delta?.type ?? data.content_block?.type ?? data.type);
    const runs = kinds.filter((kind, index) => kind !== kinds[index - 1]);
    expect(runs).toEqual([
      'message_start',
      'thinking',
      'ping',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'text',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('streams the input of a tool in pieces that make one JSON object', async () => {
    const came = await events({ tools: [weather], tool_choice: { type: 'any' } });
    const input = came.map(({ data }) => data.delta?.partial_json ?? '').join('');
    expect(JSON.parse(input)).toEqual({ city: 'sim city' });
    expect(came.at(-2)?.data.delta.stop_reason).toBe('tool_use');
  });

  const mark = { cache_control: { type: 'ephemeral' } };
  const long = (seed: string): object => ({ type: 'text', text: seed.repeat(6000) });
  const cached = async (content: readonly object[], more: object = {}): Promise<string> => {
    const { usage } = await message({ messages: [{ role: 'user', content }], ...more });
    return `${usage.cache_read_input_tokens > 0 ? 'read' : '-'} ${usage.cache_creation_input_tokens > 0 ? 'written' : '-'}`;
  };

  it('keeps what is marked, and reads it again for the same key and model', async () => {
    const content = [{ ...long('a'), ...mark }];
    expect(await cached(content)).toBe('- written');
    expect(await cached([...content, long('b')])).toBe('read -');
    expect(await cached([...content, { ...long('b'), ...mark }])).toBe('read written');
    expect(await cached(content, { model: 'another' })).toBe('- written');
    expect(await cached(content, { system: 'be short' })).toBe('- written');
    expect(await cached([long('a')])).toBe('- -');
  });

  it('keeps nothing below the minimum, and looks twenty blocks back', async () => {
    expect(await cached([{ type: 'text', text: 'short', ...mark }])).toBe('- -');
    expect(await cached([{ ...long('c'), ...mark }])).toBe('- written');
    const more = Array.from({ length: 19 }, (_, index) => ({
      type: 'text',
      text: `block ${index}`,
    }));
    expect(
      await cached([long('c'), ...more.slice(1), { type: 'text', text: 'end', ...mark }]),
    ).toBe('read written');
    expect(await cached([long('c'), ...more, { type: 'text', text: 'other', ...mark }])).toBe(
      '- written',
    );
  });

  it('refuses a fifth mark', async () => {
    const content = Array.from({ length: 5 }, () => ({ type: 'text', text: 'hello', ...mark }));
    const { error } = await message({ messages: [{ role: 'user', content }] });
    expect(error.message).toBe(
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    );
  });

  it('answers the user when a system message follows, and calls the tool that the user names', async () => {
    const messages = [
      { role: 'user', content: 'ask get_weather' },
      { role: 'system', content: 'be brief' },
    ];
    const { stop_reason } = await message({ tools: [weather], messages });
    expect(stop_reason).toBe('tool_use');
  });

  it('takes its own reasoning back, readable or not', async () => {
    for (const model of ['sim/plain', 'sim/redacted-thinking']) {
      const { content } = await message({ model, thinking });
      const messages = [hello, { role: 'assistant', content }, { role: 'user', content: 'go on' }];
      expect((await message({ model, thinking, messages })).stop_reason).toBe('end_turn');
    }
  });

  it('counts tokens', async () => {
    const { body } = await post('/messages/count_tokens', { max_tokens: undefined });
    expect(JSON.parse(body)).toEqual({ input_tokens: expect.any(Number) });
  });

  it('lists its models to clients that say their version', async () => {
    const response = await fetch(`${sim.url}/models`, {
      headers: { 'x-api-key': 'sk-sim-good', 'anthropic-version': '2023-06-01' },
    });
    expect(await response.json()).toMatchObject({
      has_more: false,
      data: expect.arrayContaining([expect.objectContaining({ type: 'model', id: 'sim/plain' })]),
    });
  });
});

describe('what the vendor refuses', () => {
  const use = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} };
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' };
  const answer = { role: 'assistant', content: 'It is' };
  it.each<[string, object, RegExp]>([
    ['no max_tokens', { max_tokens: undefined }, /^max_tokens: Field required/],
    ['no message', { messages: [] }, /at least one message/],
    [
      'a role of another vendor',
      { messages: [{ role: 'developer', content: 'x' }] },
      /messages\.0\.role/,
    ],
    [
      'a system message at the start',
      { messages: [{ role: 'system', content: 'x' }] },
      /must follow a user/,
    ],
    [
      'a system message before a user message',
      { messages: [hello, { role: 'system', content: 'x' }, hello] },
      /messages\.1: .* before an assistant/,
    ],
    ['an empty text', { messages: [{ role: 'user', content: '' }] }, /must be non-empty/],
    [
      'a foreign signature',
      {
        messages: [
          hello,
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'abc' }] },
          hello,
        ],
      },
      /Invalid `signature` in `thinking` block/,
    ],
    [
      'a result without its call',
      { messages: [hello, answer, { role: 'user', content: [result] }] },
      /must have a corresponding `tool_use`/,
    ],
    [
      'a call without its result',
      { messages: [hello, { role: 'assistant', content: [use] }, hello] },
      /without `tool_result` blocks immediately after: toolu_1/,
    ],
    [
      'a tool loop that began without reasoning',
      {
        thinking,
        messages: [
          hello,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [result] },
        ],
      },
      /Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
    ],
    [
      'a prefill of a newer model',
      { model: 'claude-sonnet-4-6', messages: [hello, answer] },
      /does not support assistant message prefill/,
    ],
    [
      'a prefill that ends with a space',
      { messages: [hello, { role: 'assistant', content: 'It is ' }] },
      /cannot end with trailing whitespace/,
    ],
    ['a budget above the limit', { thinking, max_tokens: 1024 }, /must be greater than/],
  ])('%s', async (_name, body, expected) => {
    const { status, body: text } = await post('/messages', body);
    const { type, error, request_id: id } = JSON.parse(text);
    expect([status, type, error.type]).toEqual([400, 'error', 'invalid_request_error']);
    expect(error.message).toMatch(expected);
    expect(id).toMatch(/^req_/);
  });

  it('a request that does not say its version', async () => {
    const response = await fetch(`${sim.url}/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-sim-good' },
      body: JSON.stringify({ model: 'm', max_tokens: 1, messages: [hello] }),
    });
    expect(await response.text()).toContain('anthropic-version: header is required');
  });

  it('continues the answer of a model that takes a prefill', async () => {
    const messages = [hello, { role: 'assistant', content: 'claude-haiku-4-5 heard:' }];
    expect((await message({ model: 'claude-haiku-4-5', messages })).content[0].text).toBe(
      ' hello there',
    );
  });
});

describe('the faults of the table', () => {
  it.each([
    ['sim/status-503', 503, 'overloaded_error', 'Overloaded'],
    ['sim/429-forever', 429, 'rate_limit_error', 'Rate limit reached.'],
    [
      'sim/context-overflow',
      400,
      'invalid_request_error',
      'prompt is too long: 213462 tokens > 200000 maximum',
    ],
    ['sim/status-402', 402, 'billing_error', 'Insufficient balance.'],
  ])('%s is told in the words of the vendor', async (model, status, type, text) => {
    const heard = await post('/messages', { model });
    expect(heard.status).toBe(status);
    expect(JSON.parse(heard.body).error).toEqual({ type, message: text });
  });

  it('an unknown key is told in the words of the vendor', async () => {
    const heard = await post('/messages', {}, { 'x-api-key': 'sk-sim-never' });
    expect(JSON.parse(heard.body).error).toEqual({
      type: 'authentication_error',
      message: 'invalid x-api-key',
    });
  });

  it('an error in the stream is an event of that name', async () => {
    const last = (await events({ model: 'sim/error-in-stream' })).at(-1);
    expect([last?.name, last?.data.error.type]).toEqual(['error', 'overloaded_error']);
  });

  it('a malformed event keeps its name and loses half its data', async () => {
    const { body } = await post('/messages', { model: 'sim/malformed-2', stream: true });
    const broken = body
      .split('\n\n')
      .filter((event) => event !== '' && !isJson(event.split('data: ')[1] ?? ''));
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatch(/^event: content_block_delta\n/);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the broken one
  }
}
