/**
 * The translate leg over real sockets with `openai-responses` on either side: the official SDKs,
 * unchanged.
 */

import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

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

describe.each(['openai-chat', 'anthropic-messages'])(
  'responses of a provider that speaks %s only',
  (protocol) => {
    let holdfast: Holdfast;
    let client: OpenAI;
    beforeAll(() => {
      holdfast = connect(protocol);
      client = new OpenAI(holdfast.openai());
    });
    afterAll(() => holdfast.close());

    const look: OpenAI.Responses.Tool = {
      type: 'function',
      name: 'look',
      parameters: schema,
      strict: false,
    };
    const patch: OpenAI.Responses.Tool = {
      type: 'custom',
      name: 'patch',
      description: 'patches a file',
    };

    it('are created', async () => {
      const answer = await client.responses.create({
        model: 'main',
        instructions: 'be short',
        input: 'good morning',
      });
      expect(answer.output_text).toBe('claude-haiku-4-5 heard: good morning');
      expect(answer).toMatchObject({ status: 'completed', store: false, instructions: 'be short' });
      expect(answer.usage?.total_tokens).toBeGreaterThan(0);
    });

    it('are put together by the SDK from their events', async () => {
      const stream = client.responses.stream({ model: 'main', input: 'good morning' });
      const texts: string[] = [];
      stream.on('response.output_text.delta', ({ delta }) => texts.push(delta));
      const { output_text } = await stream.finalResponse();
      expect(output_text).toBe('claude-haiku-4-5 heard: good morning');
      expect(texts.join('')).toBe(output_text);
    });

    it('finish a round trip of a function, streamed', async () => {
      const question = { role: 'user', content: 'look({"city": "Rome"}), please' } as const;
      const first = await client.responses
        .stream({ model: 'main', input: [question], tools: [look] })
        .finalResponse();
      const call = first.output.find((item) => item.type === 'function_call');
      if (call === undefined) throw new TypeError('no tool was called');
      expect(JSON.parse(call.arguments)).toEqual({ city: 'Rome' });
      const result = {
        type: 'function_call_output',
        call_id: call.call_id,
        output: 'sunny',
      } as const;
      const input = [
        question,
        ...first.output.map((item) => item as OpenAI.Responses.ResponseInputItem),
        result,
      ];
      const second = await client.responses.create({ model: 'main', input, tools: [look] });
      expect(second.output_text).toContain('heard: ');
    });

    it('finish a round trip of a tool that takes text, streamed', async () => {
      const question = { role: 'user', content: 'patch({"input": "a text"}), please' } as const;
      const stream = client.responses.stream({ model: 'main', input: [question], tools: [patch] });
      const pieces: string[] = [];
      stream.on('response.custom_tool_call_input.delta', ({ delta }) => pieces.push(delta));
      const first = await stream.finalResponse();
      const call = first.output.find((item) => item.type === 'custom_tool_call');
      if (call === undefined) throw new TypeError('no tool was called');
      expect([call.name, call.input, pieces.join('')]).toEqual(['patch', 'a text', 'a text']);
      const result = {
        type: 'custom_tool_call_output',
        call_id: call.call_id,
        output: 'patched',
      } as const;
      const input = [
        question,
        ...first.output.map((item) => item as OpenAI.Responses.ResponseInputItem),
        result,
      ];
      const second = await client.responses.create({ model: 'main', input, tools: [patch] });
      expect(second.output_text).toContain('heard: ');
    });

    it('stream reasoning as an item of its own', async () => {
      const { output } = await client.responses
        .stream({ model: 'p/sim/thinking', input: 'why?' })
        .finalResponse();
      expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    });

    it('answer in the shape of a schema', async () => {
      const format = { type: 'json_schema' as const, name: 'place', schema, strict: true };
      const { output_text } = await client.responses.create({
        model: 'main',
        input: 'where?',
        text: { format },
      });
      expect(JSON.parse(output_text)).toHaveProperty('city');
    });

    it('name what they refuse, and send nothing', async () => {
      const asking = client.responses.create({
        model: 'main',
        input: 'hi',
        previous_response_id: 'resp_1',
      });
      await expect(asking).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('previous_response_id cannot be carried'),
      });
      expect(sim.log()).toEqual([]);
    });

    it.each([
      [{}, 'the request has no "input": expected string or array'],
      [{ input: 7 }, '"input" is a number: expected string or array'],
      [{ input: [{ type: 'message', role: 'user' }] }, 'the request has no "input.0.content"'],
    ])('say what is wrong with %j', async (fields, message) => {
      const asking = client.post('/responses', { body: { model: 'main', ...fields } });
      await expect(asking).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining(message),
      });
      expect(sim.log()).toEqual([]);
    });

    it('report a prompt that is too long with the code of their own protocol', async () => {
      const asking = client.responses.create({ model: 'p/sim/context-overflow', input: 'hi' });
      await expect(asking).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    });
  },
);

it('a wrong type in messages for a provider of openai-chat only is a 400 that blames nobody', async () => {
  const holdfast = connect('openai-chat');
  const client = new Anthropic(holdfast.anthropic());
  const messages = [{ role: 'user', content: 'hi' }];
  const asking = client.post('/v1/messages', {
    body: { model: 'main', max_tokens: 9, messages, system: 7 },
  });
  await expect(asking).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining(String.raw`\"system\" is a number: expected string or array`),
  });
  await holdfast.close();
});

describe('a provider that speaks openai-responses only', () => {
  let holdfast: Holdfast;
  beforeAll(() => {
    holdfast = connect('openai-responses');
  });
  afterAll(() => holdfast.close());

  it('finishes a tool round trip with the OpenAI SDK’s chat, streamed', async () => {
    const client = new OpenAI(holdfast.openai());
    const tools: OpenAI.ChatCompletionTool[] = [
      { type: 'function', function: { name: 'look', parameters: schema } },
    ];
    const question = { role: 'user', content: 'look({"city": "Rome"}), please' } as const;
    const first = await client.chat.completions
      .stream({ model: 'main', messages: [question], tools })
      .finalChatCompletion();
    const [choice] = first.choices;
    const call = choice?.message.tool_calls?.[0];
    if (call?.type !== 'function') throw new TypeError('no tool was called');
    expect([choice?.finish_reason, JSON.parse(call.function.arguments)]).toEqual([
      'tool_calls',
      { city: 'Rome' },
    ]);
    const second = await client.chat.completions.create({
      model: 'main',
      tools,
      messages: [
        question,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'sunny' },
      ],
    });
    expect(second.choices[0]?.message.content).toContain('heard: ');
  });

  it('finishes a tool round trip with the Anthropic SDK, streamed, with a picture in the result', async () => {
    const client = new Anthropic(holdfast.anthropic());
    const asked = {
      model: 'main',
      max_tokens: 1000,
      tools: [{ name: 'look', input_schema: schema }],
    };
    const question = { role: 'user', content: 'look({"city": "Rome"}), please' } as const;
    const first = await client.messages.stream({ ...asked, messages: [question] }).finalMessage();
    const use = first.content.find((block) => block.type === 'tool_use');
    if (use === undefined) throw new TypeError('no tool was called');
    expect([first.stop_reason, use.input]).toEqual(['tool_use', { city: 'Rome' }]);
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } as const;
    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: use.id,
      content: [
        { type: 'text', text: 'sunny' },
        { type: 'image', source },
      ],
    };
    const second = await client.messages.create({
      ...asked,
      messages: [
        question,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(second.stop_reason).toBe('end_turn');
    expect(JSON.stringify(second.content)).toContain('heard: ');
  });

  it('streams reasoning to both', async () => {
    const chat = await new OpenAI(holdfast.openai()).chat.completions.create({
      model: 'p/sim/thinking',
      messages: [{ role: 'user', content: 'why?' }],
    });
    expect(JSON.stringify(chat.choices[0]?.message)).toContain('reasoning_content');
    const { content } = await new Anthropic(holdfast.anthropic()).messages
      .stream({
        model: 'p/sim/thinking',
        max_tokens: 1000,
        messages: [{ role: 'user', content: 'why?' }],
      })
      .finalMessage();
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  });

  it('is not asked for stop sequences, which it does not know', async () => {
    const client = new OpenAI(holdfast.openai());
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const asking = client.chat.completions.create({ model: 'main', messages, stop: ['END'] });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('a stop sequence cannot be carried to openai-responses'),
    });
    expect(sim.log()).toEqual([]);
  });
});
