/**
 * The translate leg over real sockets: the official SDKs, unchanged, with providers that speak
 * another protocol.
 */

import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, startEngine, textOf } from './harness.ts';
import { endsWhole, type Tongue, translatedPairs } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

function connect(protocol: string): Holdfast {
  return createHoldfast({
    config: {
      main: { provider: 'p', model: 'claude-haiku-4-5' },
      providers: { p: { base_url: sim.url, protocol, api_key: 'sk-sim-good' } },
    },
  });
}

const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
};

describe('the OpenAI SDK with a provider that speaks anthropic-messages only', () => {
  let holdfast: Holdfast;
  let client: OpenAI;
  beforeAll(() => {
    holdfast = connect('anthropic-messages');
    client = new OpenAI(holdfast.openai());
  });
  afterAll(() => holdfast.close());

  const tools: OpenAI.ChatCompletionTool[] = [
    { type: 'function', function: { name: 'get_weather', parameters: schema } },
  ];
  const question = { role: 'user', content: 'get_weather, please' } as const;

  it('chats', async () => {
    const answer = await client.chat.completions.create({
      model: 'main',
      messages: [
        { role: 'developer', content: 'be short' },
        { role: 'user', content: 'good morning' },
      ],
    });
    expect(answer.choices[0]?.message.content).toBe('claude-haiku-4-5 heard: good morning');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('finishes a tool round trip, streamed', async () => {
    const called = await client.chat.completions
      .stream({ model: 'main', messages: [question], tools })
      .finalChatCompletion();
    const [choice] = called.choices;
    const call = choice?.message.tool_calls?.[0];
    expect(choice?.finish_reason).toBe('tool_calls');
    if (call?.type !== 'function') throw new TypeError('no tool was called');
    expect(JSON.parse(call.function.arguments)).toEqual({ city: 'sim city' });
    const answer = await client.chat.completions
      .stream({
        model: 'main',
        tools,
        messages: [
          question,
          { role: 'assistant', tool_calls: [call] },
          { role: 'tool', tool_call_id: call.id, content: 'sunny' },
        ],
      })
      .finalChatCompletion();
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });

  it('streams reasoning and counts tokens', async () => {
    const stream = await client.chat.completions.create({
      model: 'main',
      messages: [{ role: 'user', content: 'why?' }],
      reasoning_effort: 'low',
      stream: true,
      stream_options: { include_usage: true },
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(JSON.stringify(events[0]?.choices[0]?.delta)).toContain('reasoning_content');
    expect(events.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('answers in the shape of a schema', async () => {
    const answer = await client.chat.completions.create({
      model: 'main',
      messages: [{ role: 'user', content: 'where?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toHaveProperty('city');
  });

  it('notes in the record what was left out', async () => {
    await client.chat.completions.create({
      model: 'main',
      messages: [question],
      seed: 7,
      user: 'me',
    });
    const notes = holdfast.records().at(-1)?.notes.join('\n');
    expect(notes).toMatch(/seed/);
    expect(notes).toMatch(/user was left out/);
  });

  it.each<[string, object]>([
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
    [
      'messages.0.content.0.type',
      { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: {} }] }] },
    ],
  ])('refuses %s by name and sends nothing', async (name, fields) => {
    const asking = client.chat.completions.create({
      model: 'main',
      messages: [question],
      ...fields,
    });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(`${name} cannot be carried`),
    });
    expect(sim.log()).toEqual([]);
  });

  it('reports a prompt that is too long with the code and phrase of its own protocol', async () => {
    const asking = client.chat.completions.create({
      model: 'p/sim/context-overflow',
      messages: [question],
    });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      message: expect.stringContaining('maximum context length is'),
    });
  });
});

describe('the Anthropic SDK with a provider that speaks openai-chat only', () => {
  let holdfast: Holdfast;
  let client: Anthropic;
  beforeAll(() => {
    holdfast = connect('openai-chat');
    client = new Anthropic(holdfast.anthropic());
  });
  afterAll(() => holdfast.close());

  const asked = { model: 'main', max_tokens: 1000 };
  const question = { role: 'user', content: 'get_weather, please' } as const;
  const tools: Anthropic.Tool[] = [{ name: 'get_weather', input_schema: schema }];

  it('creates a message', async () => {
    const answer = await client.messages.create({
      ...asked,
      system: 'be short',
      messages: [question],
    });
    expect(answer.content).toEqual([
      { type: 'text', text: 'claude-haiku-4-5 heard: get_weather, please' },
    ]);
    expect(answer.stop_reason).toBe('end_turn');
    expect(answer.usage.input_tokens).toBeGreaterThan(0);
  });

  it('finishes a tool round trip, streamed, with a picture in the result', async () => {
    const called = await client.messages
      .stream({ ...asked, messages: [question], tools })
      .finalMessage();
    const [use] = called.content;
    if (use?.type !== 'tool_use') throw new TypeError('no tool was called');
    expect([called.stop_reason, use.input]).toEqual(['tool_use', { city: 'sim city' }]);
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } as const;
    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: use.id,
      content: [
        { type: 'text', text: 'sunny' },
        { type: 'image', source },
      ],
    };
    const answer = await client.messages.create({
      ...asked,
      tools,
      messages: [
        question,
        { role: 'assistant', content: called.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(answer.stop_reason).toBe('end_turn');
  });

  it('streams reasoning as a thinking block', async () => {
    const { content } = await client.messages
      .stream({ ...asked, model: 'p/sim/thinking', messages: [question] })
      .finalMessage();
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  });

  it('reports a prompt that is too long with the phrase of its own protocol', async () => {
    const asking = client.messages.create({
      ...asked,
      model: 'p/sim/context-overflow',
      messages: [question],
    });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: expect.stringContaining('prompt is too long'),
    });
  });
});

describe.each(translatedPairs)('%s, as a fallback', (_name, { asked: tongue, spoken }) => {
  const answered = (model: string) => askAcross(model, { tongue, spoken });

  it('answers when the main provider is down', async () => {
    const { answer, text } = await answered('sim/status-503');
    expect(answer.headers['x-holdfast-target']).toBe('spare/sim/echo');
    expect(text).toContain('hello there');
    expect(endsWhole(answer.text, tongue)).toBe(true);
  });

  it('goes on with an answer that the main provider breaks off again and again', async () => {
    const { answer, text, joints } = await answered('sim/error-in-stream');
    expect(text).toMatch(/^sim\/error-in-stream heard: hello.*sim\/echo heard:/s);
    expect(endsWhole(answer.text, tongue)).toBe(true);
    expect(joints?.at(-1)?.to).toBe('spare/sim/echo');
  });
});

async function askAcross(model: string, { tongue, spoken }: { tongue: Tongue; spoken: Tongue }) {
  const { runtime } = startEngine(sim, {
    model,
    fallback: 'sim/echo',
    tongue,
    fallbackTongue: spoken,
  });
  const answer = await ask(runtime, { stream: true }, { tongue });
  const [record] = runtime.records();
  await runtime.close();
  return { answer, text: textOf(answer, tongue), joints: record?.joints };
}
