/**
 * Answers of every protocol with a field that is missing, extra, or of another type than the
 * protocol says, each with the words that stand in it.
 */

import fc from 'fast-check';
import type { ProtocolName } from '../../src/model/protocol.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };

/** Each stands once in an answer's pieces. */
export const words = ['alpha', 'bravo', 'charlie', 'delta4', 'echo5', 'foxtrot'];

const chunk = (delta: Json, finish_reason: string | null = null): Json => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});
const chatCall = (index: number, name: string, args: string): Json => ({
  tool_calls: [
    { index, id: `call_${name}`, type: 'function', function: { name, arguments: args } },
  ],
});
const chatPiece = (index: number, args: string): Json => ({
  tool_calls: [{ index, function: { arguments: args } }],
});
const chatUsage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

const block = (index: number, content_block: Json): Json => ({
  type: 'content_block_start',
  index,
  content_block,
});
const piece = (index: number, delta: Json): Json => ({ type: 'content_block_delta', index, delta });
const stop = (index: number): Json => ({ type: 'content_block_stop', index });
const use = (id: string): Json => ({ type: 'tool_use', id, name: id, input: {} });

const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'm' };
const said = (text: string): Json => ({ type: 'output_text', text, annotations: [] });
const messageItem = (status: string, content: readonly Json[]): Json => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status,
  content,
});
const callItem = (name: string, args: string): Json => ({
  type: 'function_call',
  id: `fc_${name}`,
  call_id: `call_${name}`,
  name,
  arguments: args,
});
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const argsOf = (name: string, output_index: number) => ({ item_id: `fc_${name}`, output_index });
const text = 'alpha bravo charlie ';

const turn = (parts: readonly Json[], more: { readonly [field: string]: Json } = {}): Json => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  modelVersion: 'm',
  responseId: 'r1',
});
const functionCall = (name: string, args: Json): Json => ({
  functionCall: { id: `call_${name}`, name, args },
});
const ended = { finishReason: 'STOP' };
const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };

/** The same answer as the events of each protocol. */
export const streams: Readonly<Record<ProtocolName, readonly Json[]>> = {
  'openai-chat': [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'alpha ' }),
    chunk({ content: 'bravo ' }),
    chunk({ content: 'charlie ' }),
    chunk(chatCall(0, 'f', '')),
    chunk(chatPiece(0, '{"a":"delta4')),
    chunk(chatPiece(0, ' echo5"}')),
    chunk(chatCall(1, 'g', '{"b":"foxtrot"}')),
    chunk({}, 'tool_calls'),
    {
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      usage: chatUsage,
    },
  ],
  'anthropic-messages': [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 3, output_tokens: 1 },
      },
    },
    block(0, { type: 'text', text: '' }),
    piece(0, { type: 'text_delta', text: 'alpha ' }),
    piece(0, { type: 'text_delta', text: 'bravo ' }),
    piece(0, { type: 'text_delta', text: 'charlie ' }),
    stop(0),
    block(1, use('f')),
    piece(1, { type: 'input_json_delta', partial_json: '{"a":"delta4' }),
    piece(1, { type: 'input_json_delta', partial_json: ' echo5"}' }),
    stop(1),
    block(2, use('g')),
    piece(2, { type: 'input_json_delta', partial_json: '{"b":"foxtrot"}' }),
    stop(2),
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 4 },
    },
    { type: 'message_stop' },
  ],
  'openai-responses': [
    { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: messageItem('in_progress', []) },
    { type: 'response.content_part.added', ...at, part: said('') },
    { type: 'response.output_text.delta', ...at, delta: 'alpha ', logprobs: [] },
    { type: 'response.output_text.delta', ...at, delta: 'bravo ', logprobs: [] },
    { type: 'response.output_text.delta', ...at, delta: 'charlie ', logprobs: [] },
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: said(text) },
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: messageItem('completed', [said(text)]),
    },
    { type: 'response.output_item.added', output_index: 1, item: callItem('f', '') },
    { type: 'response.function_call_arguments.delta', ...argsOf('f', 1), delta: '{"a":"delta4' },
    { type: 'response.function_call_arguments.delta', ...argsOf('f', 1), delta: ' echo5"}' },
    {
      type: 'response.output_item.done',
      output_index: 1,
      item: callItem('f', '{"a":"delta4 echo5"}'),
    },
    { type: 'response.output_item.added', output_index: 2, item: callItem('g', '') },
    { type: 'response.function_call_arguments.delta', ...argsOf('g', 2), delta: '{"b":"foxtrot"}' },
    { type: 'response.output_item.done', output_index: 2, item: callItem('g', '{"b":"foxtrot"}') },
    {
      type: 'response.completed',
      response: {
        ...head,
        status: 'completed',
        output: [
          messageItem('completed', [said(text)]),
          callItem('f', '{"a":"delta4 echo5"}'),
          callItem('g', '{"b":"foxtrot"}'),
        ],
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    },
  ],
  'google-generate-content': [
    turn([{ text: 'alpha ' }]),
    turn([{ text: 'bravo ' }, { text: 'charlie ' }]),
    turn([functionCall('f', { a: 'delta4 echo5' })]),
    turn([functionCall('g', { b: 'foxtrot' })]),
    turn([{ text: '' }], ended),
  ],
};

/** The same answer whole. */
export const wholes: Readonly<Record<ProtocolName, Json>> = {
  'openai-chat': {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          tool_calls: [
            {
              id: 'f',
              type: 'function',
              function: { name: 'f', arguments: '{"a":"delta4 echo5"}' },
            },
            { id: 'g', type: 'function', function: { name: 'g', arguments: '{"b":"foxtrot"}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: chatUsage,
  },
  'anthropic-messages': {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'text', text },
      { type: 'tool_use', id: 'f', name: 'f', input: { a: 'delta4 echo5' } },
      { type: 'tool_use', id: 'g', name: 'g', input: { b: 'foxtrot' } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 4 },
  },
  'openai-responses': {
    ...head,
    status: 'completed',
    output: [
      messageItem('completed', [said(text)]),
      callItem('f', '{"a":"delta4 echo5"}'),
      callItem('g', '{"b":"foxtrot"}'),
    ],
    usage: { input_tokens: 3, output_tokens: 4 },
  },
  'google-generate-content': {
    candidates: [
      {
        content: {
          parts: [
            { text },
            functionCall('f', { a: 'delta4 echo5' }),
            functionCall('g', { b: 'foxtrot' }),
          ],
          role: 'model',
        },
        index: 0,
        ...ended,
      },
    ],
    usageMetadata,
  },
};

/** One field of a body, and what is done to it. */
export interface Change {
  /** Which of the body's fields, as a share of them all. */
  readonly where: number;
  readonly how: 'missing' | 'extra' | 'wrapped' | 'in a list' | Json;
}

export const change: fc.Arbitrary<Change> = fc.record({
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom<Change['how']>(
    'missing',
    'extra',
    'wrapped',
    'in a list',
    null,
    7,
    'x',
    true,
    {},
    [],
  ),
});

type Step = string | number;

function placesIn(value: Json): readonly (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [Step, Json])[] = isList(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([step, inner]) => [
    [step],
    ...placesIn(inner).map((rest) => [step, ...rest]),
  ]);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value with this one change. */
export function withChange(value: Json, { where, how }: Change): Json {
  const places = placesIn(value).filter((place) => typeof place.at(-1) === 'string');
  return changeAt(value, places[Math.floor(where * places.length)] ?? [], how);
}

function changeAt(value: Json, [step, ...rest]: readonly Step[], how: Change['how']): Json {
  if (step === undefined || typeof value !== 'object' || value === null) return change_(value, how);
  if (isList(value))
    return value.map((one, index) => (index === step ? changeAt(one, rest, how) : one));
  const { [step]: inner = null, ...others } = value;
  if (rest.length > 0) return { ...others, [step]: changeAt(inner, rest, how) };
  if (how === 'missing') return others;
  if (how === 'extra') return { ...value, [`x_${step}`]: { some: ['thing', 1] } };
  return { ...others, [step]: change_(inner, how) };
}

/** Only what holds a word itself is wrapped: what holds others would be another field. */
function change_(value: Json, how: Change['how']): Json {
  if (how !== 'wrapped' && how !== 'in a list') return how;
  if (typeof value !== 'string') return value;
  return how === 'wrapped' ? { type: 'text', text: value } : [value];
}
