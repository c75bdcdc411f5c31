/**
 * What of `google-generate-content` no table tells: calls without ids, other spellings, its
 * schemas, ends of all kinds, pictures.
 */

import { describe, expect, it } from 'vitest';
import { anthropicMessages } from '../anthropic-messages/protocol.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { openaiResponses } from '../openai-responses/protocol.ts';
import { googleGenerateContent } from './protocol.ts';
import { toJsonSchema } from './schema-in.ts';

const { translation: google } = googleGenerateContent;

const hi = { role: 'user', parts: [{ text: 'hi' }] };
const call = (name: string, id?: string) => ({
  functionCall: { name, args: {}, ...(id === undefined ? {} : { id }) },
});
const result = (name: string, id?: string) => ({
  functionResponse: { name, response: { output: name }, ...(id === undefined ? {} : { id }) },
});

/** The ids of all calls, and of all results, in order. */
function idsIn(contents: readonly object[]): readonly (readonly string[])[] {
  const found: [string[], string[]] = [[], []];
  for (const { role, content } of google.decodeRequest({ contents }).options.prompt) {
    if (role !== 'assistant' && role !== 'tool') continue;
    for (const part of content) {
      if (part.type === 'tool-call') found[0].push(part.toolCallId);
      if (part.type === 'tool-result') found[1].push(part.toolCallId);
    }
  }
  return found;
}

describe('results find their calls', () => {
  it.each<[string, readonly object[], readonly object[], readonly number[]]>([
    [
      'by their ids',
      [call('a', '1'), call('a', '2')],
      [result('a', '2'), result('a', '1')],
      [1, 0],
    ],
    [
      'by their names, in order, where neither has ids',
      [call('a'), call('b'), call('a')],
      [result('b'), result('a'), result('a')],
      [1, 0, 2],
    ],
    [
      'by their names where only the result has an id of its client',
      [call('a'), call('b')],
      [result('b', 'x'), result('a', 'y')],
      [1, 0],
    ],
    ['by their names where only the call has an id', [call('a', '1')], [result('a')], [0]],
  ])('%s', (_name, calls, results, order) => {
    const [made = [], answered] = idsIn([
      hi,
      { role: 'model', parts: calls },
      { role: 'user', parts: results },
    ]);
    expect(new Set(made).size).toBe(calls.length);
    expect(answered).toEqual(order.map((index) => made[index]));
  });
});

it('tells two calls that bear one id as two', () => {
  const parts = [call('a', 'x'), call('b', 'x'), call('c'), call('d', 'call_3'), call('e')];
  const { content } = google.decodeAnswer({
    candidates: [{ content: { parts }, finishReason: 'STOP' }],
  });
  const ids = content.map((part) => (part.type === 'tool-call' ? part.toolCallId : ''));
  expect(ids).toHaveLength(parts.length);
  expect(new Set(ids).size).toBe(parts.length);
});

it('takes fields in snake case as the vendor does, and leaves what is somebody’s own', () => {
  const { options } = google.decodeRequest({
    contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'aa' } }] }],
    system_instruction: { parts: [{ text: 'be short' }] },
    generation_config: { max_output_tokens: 7, response_mime_type: 'application/json' },
    tools: [
      {
        function_declarations: [
          { name: 'f', parameters: { type: 'OBJECT', properties: { a_b: { type: 'STRING' } } } },
        ],
      },
    ],
  });
  expect(options).toMatchObject({
    maxOutputTokens: 7,
    responseFormat: { type: 'json' },
    prompt: [
      { role: 'system', content: 'be short' },
      { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: 'aa' }] },
    ],
    tools: [{ inputSchema: { type: 'object', properties: { a_b: { type: 'string' } } } }],
  });
});

it('writes a Schema of the vendor’s as JSON Schema', () => {
  const item = { type: 'STRING', nullable: true, minLength: '2', example: 'x' };
  const schema = { type: 'ARRAY', items: item, minItems: '1', anyOf: [{ type: 'NUMBER' }] };
  expect(
    toJsonSchema({ type: 'OBJECT', properties: { type: schema }, propertyOrdering: ['type'] }),
  ).toEqual({
    type: 'object',
    properties: {
      type: {
        type: 'array',
        items: { type: ['string', 'null'], minLength: 2, examples: ['x'] },
        minItems: 1,
        anyOf: [{ type: 'number' }],
      },
    },
  });
});

const ended = (finishReason: string, parts: readonly object[] = []) => ({
  candidates: [{ content: { parts }, finishReason }],
});

describe('an answer', () => {
  it.each([
    ['SAFETY', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ['OTHER', 'error'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
  ])('that ends with %s has ended with %s', (reason, finish) => {
    expect(google.decodeAnswer(ended(reason)).finish).toBe(finish);
  });

  it('that is a blocked prompt is a refusal, with the words that came', () => {
    const promptFeedback = { blockReason: 'SAFETY', blockReasonMessage: 'not this' };
    expect(google.decodeAnswer({ promptFeedback })).toMatchObject({
      content: [{ type: 'text', text: 'not this' }],
      finish: 'content-filter',
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'a call comes in pieces',
      ended('STOP', [{ functionCall: { name: 'f', willContinue: true } }]),
      /in pieces/,
    ],
    ['a call has no name', ended('STOP', [{ functionCall: { args: {} } }]), /no name/],
    ['code was run', ended('STOP', [{ executableCode: { code: '1' } }]), /executableCode/],
  ])('is none where %s', (_name, body, fault) => {
    expect(() => google.decodeAnswer({ ...body })).toThrow(fault);
  });

  it('with a picture crosses to both of OpenAI’s and back, and to anthropic-messages not at all', () => {
    const facts = {
      id: 'x',
      model: 'm',
      createdAt: 1,
      request: {},
      textTools: new Set<string>(),
      notes: [],
    };
    const finish = new google.AnswerDecoder().end()[0] as never;
    const inlineData = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };
    const answer = google.decodeAnswer(ended('STOP', [{ text: 'see' }, { inlineData }]));
    for (const other of [openaiChat.translation, openaiResponses.translation]) {
      const told = other.encodeAnswer(answer, facts);
      expect(other.decodeAnswer(told).content).toEqual(answer.content);
      const [writer, decoder] = [new other.AnswerWriter(facts), new other.AnswerDecoder()];
      const parts = [
        ...new google.AnswerDecoder().push(ended('STOP', [{ text: 'see' }, { inlineData }])),
        finish,
      ];
      const events = parts
        .flatMap((part) => writer.push(part))
        .flatMap(({ event }) => (event === undefined ? [] : [event]));
      const read = [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
      expect(read.filter(({ type }) => type === 'file')).toEqual(answer.content.slice(1));
    }
    expect(google.encodeAnswer(answer, facts)).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'see' }, { inlineData }] } }],
    });
    expect(() => anthropicMessages.translation.encodeAnswer(answer, facts)).toThrow('a picture');
    const [picture] = answer.content.filter(({ type }) => type === 'file');
    const part = picture?.type === 'file' ? picture : undefined;
    expect(() => part && new anthropicMessages.translation.AnswerWriter(facts).push(part)).toThrow(
      'a picture',
    );
  });
});

it.each(['SOMETIMES', 'constructor'])(
  'refuses the mode of calling tools "%s" by its name',
  (mode) => {
    const tools = [{ functionDeclarations: [{ name: 'look' }] }];
    const body = { contents: [hi], tools, toolConfig: { functionCallingConfig: { mode } } };
    expect(() => google.decodeRequest(body)).toThrow(`mode "${mode}"`);
  },
);
