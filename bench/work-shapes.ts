/**
 * A body of 100 kB as coding agents send it, in each protocol: a long prompt, 16 tools, 30 calls
 * and their results.
 */

import type { Protocol } from './wire-shapes.ts';

const rounds = 30;
const prompt = 'You are a careful engineer. '.repeat(400);
const result = 'const line = read(file); // a line of some file\n'.repeat(45);

const tools = Array.from({ length: 16 }, (_, index) => ({
  name: `tool_${index}`,
  description: 'Does one of the things that agents do with files and commands. '.repeat(6),
  schema: {
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 6 }, (_unused, field) => [
        `field_${field}`,
        { type: 'string', description: 'What it is about.' },
      ]),
    ),
    required: ['field_0'],
  },
}));

const input = { field_0: 'src/protocols/contract/protocol.ts', field_1: 'from 1 to 200' };
const steps = Array.from({ length: rounds }, (_, index) => ({
  id: `call_${index}`,
  name: `tool_${index % 16}`,
}));

/** The body for a model. */
export const workOf: Readonly<Record<Protocol, (model: string, stream: boolean) => object>> = {
  'openai-chat': (model, stream) => ({
    model,
    messages: [
      { role: 'system', content: prompt },
      { role: 'user', content: 'go on' },
      ...steps.flatMap(({ id, name }) => [
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [
            { id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
          ],
        },
        { role: 'tool', tool_call_id: id, content: result },
      ]),
    ],
    tools: tools.map(({ schema: parameters, ...tool }) => ({
      type: 'function',
      function: { ...tool, parameters },
    })),
    ...(stream ? { stream } : {}),
  }),
  'openai-responses': (model, stream) => ({
    model,
    instructions: prompt,
    input: [
      { role: 'user', content: 'go on' },
      ...steps.flatMap(({ id, name }) => [
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'I look.' }],
        },
        { type: 'function_call', call_id: id, name, arguments: JSON.stringify(input) },
        { type: 'function_call_output', call_id: id, output: result },
      ]),
    ],
    tools: tools.map(({ schema: parameters, ...tool }) => ({
      type: 'function',
      ...tool,
      parameters,
    })),
    store: false,
    ...(stream ? { stream } : {}),
  }),
  'anthropic-messages': (model, stream) => ({
    model,
    max_tokens: 1024,
    system: prompt,
    messages: [
      { role: 'user', content: 'go on' },
      ...steps.flatMap(({ id, name }) => [
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id, name, input },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: result }] },
      ]),
    ],
    tools: tools.map(({ schema: input_schema, ...tool }) => ({ ...tool, input_schema })),
    ...(stream ? { stream } : {}),
  }),
  'google-generate-content': () => ({
    systemInstruction: { parts: [{ text: prompt }] },
    contents: [
      { role: 'user', parts: [{ text: 'go on' }] },
      ...steps.flatMap(({ id, name }) => [
        {
          role: 'model',
          parts: [{ text: 'I look.' }, { functionCall: { id, name, args: input } }],
        },
        { role: 'user', parts: [{ functionResponse: { id, name, response: { output: result } } }] },
      ]),
    ],
    tools: [
      {
        functionDeclarations: tools.map(({ schema: parametersJsonSchema, ...tool }) => ({
          ...tool,
          parametersJsonSchema,
        })),
      },
    ],
  }),
};
