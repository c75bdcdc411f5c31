/** Laws of what a healthy simulated model answers: text, tools, reasoning, usage, embeddings. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../index.ts';
import { sampleSchema } from '../schema-sample.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
    },
  },
};
const clock = { type: 'function', function: { name: 'get_time' } };

async function post(path: string, body: object): Promise<string> {
  const response = await fetch(`${sim.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-sim-good' },
    body: JSON.stringify(body),
  });
  return response.text();
}

function chat(prompt: string, more: object = {}): Promise<string> {
  return post('/chat/completions', {
    model: 'sim/plain',
    messages: [{ role: 'user', content: prompt }],
    ...more,
  });
}

interface Chunk {
  readonly choices: readonly {
    readonly delta: {
      readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

async function streamed(prompt: string, more: object = {}): Promise<readonly Chunk[]> {
  const text = await chat(prompt, { stream: true, ...more });
  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event): Chunk => JSON.parse(event.slice(6)));
}

describe('a chat answer', () => {
  it('names the model, echoes the prompt and counts its tokens', async () => {
    expect(JSON.parse(await chat('hello there'))).toMatchObject({
      object: 'chat.completion',
      model: 'sim/plain',
      choices: [
        {
          message: { role: 'assistant', content: 'sim/plain heard: hello there' },
          finish_reason: 'stop',
        },
      ],
      usage: { completion_tokens: 4 },
    });
  });

  it('reads content given in parts', async () => {
    const content = [
      { type: 'text', text: 'in ' },
      { type: 'image_url' },
      { type: 'text', text: 'parts' },
    ];
    const body = await post('/chat/completions', {
      model: 'm',
      messages: [{ role: 'user', content }],
    });
    expect(JSON.parse(body)).toMatchObject({
      choices: [{ message: { content: 'm heard: in parts' } }],
    });
  });

  it('finishes with length at the token limit', async () => {
    expect(JSON.parse(await chat('one two three', { max_tokens: 3 }))).toMatchObject({
      choices: [{ message: { content: 'sim/plain heard: one' }, finish_reason: 'length' }],
    });
  });

  it('fits the schema of a response format', async () => {
    const response_format = {
      type: 'json_schema',
      json_schema: { schema: weather.function.parameters },
    };
    expect(JSON.parse(await chat('x', { response_format }))).toMatchObject({
      choices: [{ message: { content: '{"city":"sim city","days":3}' } }],
    });
  });

  it('streams usage last, and only when it is asked for', async () => {
    const usage = { completion_tokens: 3 };
    const asked = await streamed('hello', { stream_options: { include_usage: true } });
    expect(asked.at(-1)).toMatchObject({ choices: [], usage });
    expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect((await streamed('hello')).every((chunk) => chunk.usage === undefined)).toBe(true);
  });

  it('streams reasoning before the words for sim/thinking', async () => {
    const chunks = await streamed('hello', { model: 'sim/thinking' });
    expect(chunks[1]).toMatchObject({ choices: [{ delta: { reasoning_content: 'The' } }] });
    expect(JSON.parse(await chat('hello', { model: 'sim/thinking' }))).toMatchObject({
      choices: [{ message: { reasoning_content: expect.stringContaining('echo it') } }],
      usage: { completion_tokens_details: { reasoning_tokens: 12 } },
    });
  });
});

describe('a tool call', () => {
  it.each([
    ['the prompt mentions the tool', 'please get_weather', {}, ['get_weather']],
    ['the prompt mentions both', 'get_time, then get_weather', {}, ['get_weather', 'get_time']],
    ['the model is sim/tools', 'hello', { model: 'sim/tools' }, ['get_weather']],
    ['tool_choice is required', 'hello', { tool_choice: 'required' }, ['get_weather']],
    [
      'tool_choice names it',
      'hello',
      { tool_choice: { type: 'function', function: { name: 'get_time' } } },
      ['get_time'],
    ],
    ['tool_choice is none', 'get_weather', { tool_choice: 'none' }, undefined],
    ['nothing asks for one', 'hello', {}, undefined],
    [
      'an instruction stands after the turn that asks for it',
      '',
      {
        messages: [
          { role: 'user', content: 'get_weather' },
          { role: 'system', content: 'It is late.' },
        ],
      },
      ['get_weather'],
    ],
    [
      'the tool has answered',
      'x',
      { messages: [{ role: 'tool', content: 'get_weather' }], model: 'sim/tools' },
      undefined,
    ],
  ])('when %s', async (_, prompt, more, names) => {
    const { choices } = JSON.parse(await chat(prompt, { tools: [weather, clock], ...more }));
    const calls: readonly { function: { name: string } }[] | undefined =
      choices[0].message.tool_calls;
    expect(calls?.map((call) => call.function.name)).toEqual(names);
    expect(choices[0].finish_reason).toBe(names ? 'tool_calls' : 'stop');
  });

  it('streams arguments in pieces that join to JSON', async () => {
    const chunks = await streamed('get_weather', { tools: [weather] });
    const pieces = chunks.flatMap(
      ({ choices }) => choices[0]?.delta.tool_calls?.[0]?.function.arguments ?? [],
    );
    expect(pieces.length).toBeGreaterThan(3);
    expect(JSON.parse(pieces.join(''))).toEqual({ city: 'sim city', days: 3 });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('a sample of a schema', () => {
  it.each([
    ['nothing', undefined, {}],
    ['an enum', { enum: ['b', 'a'] }, 'b'],
    ['a const', { const: 7 }, 7],
    ['a default', { type: 'string', default: 'd' }, 'd'],
    ['a nullable type', { type: ['null', 'boolean'] }, true],
    ['a branch', { anyOf: [{ type: 'null' }, { type: 'integer' }] }, 1],
    ['a list', { type: 'array', items: { type: 'number', minimum: 2 }, minItems: 2 }, [2, 2]],
    ['a format', { type: 'string', format: 'date' }, '2026-01-01'],
    [
      'a reference',
      { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { type: 'boolean' } } },
      { a: true },
    ],
  ])('fits %s', (_, schema, expected) => {
    expect(sampleSchema(schema)).toEqual(expected);
  });

  it('ends for a schema that refers to itself', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } } };
    expect(JSON.stringify(sampleSchema(schema)).length).toBeLessThan(200);
  });
});

describe('embeddings', () => {
  it('are unit vectors, the same for the same input, one for each', async () => {
    const body = { model: 'sim/embed', input: ['a', 'b', 'a'], dimensions: 16 };
    const { data } = JSON.parse(await post('/embeddings', body));
    const vectors: readonly (readonly number[])[] = data.map(
      (item: { embedding: number[] }) => item.embedding,
    );
    expect(vectors.map((vector) => Math.hypot(...vector).toFixed(4))).toEqual([
      '1.0000',
      '1.0000',
      '1.0000',
    ]);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
  });

  it('are the same as base64', async () => {
    const body = { model: 'sim/embed', input: 'a', dimensions: 8 };
    const plain = JSON.parse(await post('/embeddings', body)).data[0].embedding;
    const packed = JSON.parse(await post('/embeddings', { ...body, encoding_format: 'base64' }))
      .data[0].embedding;
    const bytes = Buffer.from(packed, 'base64');
    expect(Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(index * 4))).toEqual(plain);
  });

  it('meet the faults of model names', async () => {
    expect(
      JSON.parse(await post('/embeddings', { model: 'sim/status-503', input: 'a' })),
    ).toHaveProperty('error');
  });
});
