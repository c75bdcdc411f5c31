/**
 * Laws of what a healthy simulated model answers in the shape of OpenAI's responses, and of what it
 * refuses.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

const good = 'sk-sim-good';
const weather = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const thinking = { reasoning: { effort: 'low', summary: 'auto' } };

interface Heard {
  readonly status: number;
  readonly body: string;
}

async function post(body: object, key = good): Promise<Heard> {
  const response = await fetch(`${sim.url}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'sim/plain', input: 'hello there', ...body }),
  });
  return { status: response.status, body: await response.text() };
}

async function respond(body: object = {}, key = good) {
  return JSON.parse((await post(body, key)).body);
}

async function events(body: object = {}) {
  const { body: text } = await post({ stream: true, ...body });
  return text
    .trim()
    .split('\n\n')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n');
      return { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
    });
}

describe('a response', () => {
  it('names the model, echoes the prompt and counts its tokens', async () => {
    expect(await respond()).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'sim/plain',
      output: [
        {
          type: 'message',
          content: [{ type: 'output_text', text: 'sim/plain heard: hello there' }],
        },
      ],
      usage: { output_tokens: 4, output_tokens_details: { reasoning_tokens: 0 } },
    });
  });

  it('streams every kind of event in the order of the vendor, named and numbered', async () => {
    const came = await events(thinking);
    expect(came.every(({ name, data }) => name === data.type)).toBe(true);
    expect(came.map(({ data }) => data.sequence_number)).toEqual(came.map((_, index) => index));
    const names = came.map(({ name }) => name.slice('response.'.length));
    expect(names.filter((name, index) => name !== names[index - 1])).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('says in a stream what it says in one piece', async () => {
    const { response } = (await events({ ...thinking, store: false })).at(-1)?.data ?? {};
    const items = (await events({ ...thinking, store: false })).filter(({ name }) =>
      name.endsWith('item.done'),
    );
    expect(response.output.map(({ type }: { type: string }) => type)).toEqual(
      items.map(({ data }) => data.item.type),
    );
    expect(response.output[0].encrypted_content).toMatch(/^gAAAAsim/);
  });

  it('calls functions with JSON and custom tools with text', async () => {
    const tools = [weather, { type: 'custom', name: 'shell' }];
    const { output } = await respond({ tools, input: 'use get_weather and shell' });
    expect(output).toMatchObject([
      { type: 'function_call', name: 'get_weather', arguments: '{"city":"sim city"}' },
      { type: 'custom_tool_call', name: 'shell', input: 'sim input of shell' },
    ]);
    const came = await events({ tools, tool_choice: { type: 'function', name: 'get_weather' } });
    const deltas = came.filter(({ name }) => name === 'response.function_call_arguments.delta');
    expect(deltas.map(({ data }) => data.delta).join('')).toBe('{"city":"sim city"}');
  });

  it('answers the turn before an instruction', async () => {
    const user = { role: 'user', content: 'use get_weather' };
    const { output } = await respond({
      tools: [weather],
      input: [user, { role: 'developer', content: 'It is late.' }],
    });
    expect(output).toMatchObject([{ type: 'function_call', name: 'get_weather' }]);
  });

  it('ends incomplete at its limit', async () => {
    expect(await respond({ max_output_tokens: 2 })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  it('goes on from what it kept: a response, an item, a call', async () => {
    const tools = [weather];
    const first = await respond({ tools, tool_choice: 'required' });
    const [call] = first.output;
    const output = { type: 'function_call_output', call_id: call.call_id, output: 'sunny' };
    const second = await respond({ tools, previous_response_id: first.id, input: [output] });
    expect(second).toMatchObject({ status: 'completed', previous_response_id: first.id });
    const reference = { type: 'item_reference', id: second.output[0].id };
    expect(
      await respond({ input: [reference, { role: 'user', content: 'and now?' }] }),
    ).toMatchObject({
      status: 'completed',
    });
  });

  it('takes its own encrypted reasoning back', async () => {
    const { output } = await respond({ ...thinking, store: false });
    const input = [{ role: 'user', content: 'hi' }, ...output, { role: 'user', content: 'go on' }];
    expect(await respond({ input, store: false })).toMatchObject({ status: 'completed' });
  });
});

describe('a request is refused', () => {
  it.each([
    'previous_response_id',
    'item_reference',
    'reasoning',
    'encrypted_content',
    'conversation',
  ])('that brings the %s of another key', async (kind) => {
    const { id, output } = await respond({ ...thinking, conversation: 'conv_of_good' });
    const [reasoning] = (await respond({ ...thinking, store: false })).output;
    const [stored] = output;
    const requests: Readonly<Record<string, [object, number, RegExp]>> = {
      previous_response_id: [{ previous_response_id: id }, 400, /^Previous response with id/],
      item_reference: [
        { input: [{ type: 'item_reference', id: stored.id }] },
        404,
        /^Item with id/,
      ],
      reasoning: [{ input: [stored] }, 404, /^Item with id/],
      encrypted_content: [{ input: [reasoning] }, 400, /could not be verified/],
      conversation: [{ conversation: { id: 'conv_of_good' } }, 404, /^Conversation with id/],
    };
    const [body, status, message] = requests[kind] ?? [{}, 0, /never/];
    const heard = await post(body, `${good}+other`);
    expect(heard.status).toBe(status);
    expect(JSON.parse(heard.body).error.message).toMatch(message);
  });

  const call = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' };
  const result = { type: 'function_call_output', call_id: 'call_1', output: 'sunny' };
  it.each<[string, object, RegExp]>([
    ['without a model', { model: undefined }, /'model'/],
    ['with a result without its call', { input: [result] }, /No tool call found/],
    ['with a call without its result', { input: [call] }, /No tool output found/],
  ])('%s', async (_name, body, message) => {
    const heard = await post(body);
    expect(heard.status).toBe(400);
    expect(JSON.parse(heard.body).error.message).toMatch(message);
  });

  it('that names a response which broke off, or was not to be stored', async () => {
    const { id } = await respond({ store: false });
    const heard = await post({ previous_response_id: id });
    expect(JSON.parse(heard.body).error.code).toBe('previous_response_not_found');
  });
});

describe('the faults of the table', () => {
  it('an error in the stream is a failed response', async () => {
    const last = (await events({ model: 'sim/error-in-stream' })).at(-1);
    expect([last?.name, last?.data.response.error.code]).toEqual([
      'response.failed',
      'server_is_overloaded',
    ]);
  });

  it('a stream without its end has no last event', async () => {
    expect((await events({ model: 'sim/no-done' })).at(-1)?.name).toBe('response.output_item.done');
  });

  it('a reset forgets what was kept', async () => {
    const { id } = await respond();
    sim.reset();
    expect((await post({ previous_response_id: id })).status).toBe(400);
  });
});
