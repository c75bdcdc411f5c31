/**
 * An `openai-chat` answer in neutral words, whoever wrote it: refusals, thoughts in every place,
 * calls told in every manner.
 */

import { describe, expect, it } from 'vitest';
import type { NeutralPart } from '../translation/neutral.ts';
import { ChatAnswerDecoder, decodeChatAnswer } from './answer-in.ts';

function read(deltas: readonly object[], finish_reason = 'stop'): readonly NeutralPart[] {
  const decoder = new ChatAnswerDecoder();
  const events = [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
    { choices: [{ index: 0, delta: {}, finish_reason }] },
  ];
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function textOf(parts: readonly NeutralPart[], type: 'text-delta' | 'reasoning-delta'): string {
  return parts.map((part) => (part.type === type ? part.delta : '')).join('');
}

function finishOf(parts: readonly NeutralPart[]): unknown {
  const last = parts.at(-1);
  return last?.type === 'finish' ? last.finishReason.unified : undefined;
}

function callsIn(parts: readonly NeutralPart[]): readonly unknown[] {
  return parts.flatMap((part) =>
    part.type === 'tool-call' ? [[part.toolCallId, part.toolName, part.input]] : [],
  );
}

const piece = (fields: object, name?: string, args?: unknown): object => ({
  tool_calls: [
    {
      ...fields,
      function: {
        ...(name === undefined ? {} : { name }),
        ...(args === undefined ? {} : { arguments: args }),
      },
    },
  ],
});

describe('a refusal', () => {
  it('is read as text, piece by piece, and its end as that of a filter', () => {
    const parts = read([{ refusal: 'I will' }, { refusal: ' not' }]);
    expect(textOf(parts, 'text-delta')).toBe('I will not');
    expect(finishOf(parts)).toBe('content-filter');
  });

  it('is read in a whole answer, behind what was said before it', () => {
    const message = { content: 'Hm. ', refusal: 'No.' };
    const answer = decodeChatAnswer({ choices: [{ message, finish_reason: 'stop' }] });
    expect(answer).toMatchObject({
      content: [{ type: 'text', text: 'Hm. No.' }],
      finish: 'content-filter',
    });
  });

  it('is absent where the field is empty', () => {
    expect(
      finishOf(read([{ content: 'the word "refusal"', refusal: null }, { refusal: '' }])),
    ).toBe('stop');
  });
});

describe('a thought', () => {
  it.each([
    ['in reasoning_content', { reasoning_content: 'hm', reasoning: 'hm' }],
    ['in reasoning', { reasoning_content: '', reasoning: 'hm' }],
    [
      'in details',
      { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }, { data: 'sealed' }] },
    ],
    ['in a part', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }],
  ])('is read %s, once', (_name, delta) => {
    expect(textOf(read([delta]), 'reasoning-delta')).toBe('hm');
  });
});

describe('a call', () => {
  const both = [
    ['a', 'f', '{"x":1}'],
    ['b', 'g', '{"y":2}'],
  ];

  it.each<[string, readonly object[], readonly unknown[]]>([
    [
      'with pieces in turn',
      [
        piece({ index: 0, id: 'a' }, 'f', ''),
        piece({ index: 1, id: 'b' }, 'g', '{"y"'),
        piece({ index: 0 }, undefined, '{"x":1}'),
        piece({ index: 1 }, undefined, ':2}'),
      ],
      both,
    ],
    [
      'without an index',
      [
        piece({ id: 'a' }, 'f', '{"x"'),
        piece({}, undefined, ':1}'),
        piece({ id: 'b' }, 'g', '{"y"'),
        piece({}, undefined, ':2}'),
      ],
      both,
    ],
    [
      'with one index for all',
      [piece({ index: 0, id: 'a' }, 'f', '{"x":1}'), piece({ index: 0, id: 'b' }, 'g', '{"y":2}')],
      both,
    ],
    [
      'whose id and name are said with each piece',
      [piece({ index: 0, id: 'a' }, 'f', '{"x"'), piece({ index: 0, id: 'a' }, 'f', ':1}')],
      [both[0]],
    ],
    [
      'whose name comes late',
      [
        piece({ index: 0, id: 'a' }, undefined, '{"x"'),
        piece({ index: 0 }, 'f'),
        piece({ index: 0 }, undefined, ':1}'),
      ],
      [both[0]],
    ],
    ['without an id', [piece({ index: 0 }, 'f', '{"x":1}')], [['call_0', 'f', '{"x":1}']]],
    ['with an object for its input', [piece({ index: 0, id: 'a' }, 'f', { x: 1 })], [both[0]]],
    [
      'by its old word',
      [{ function_call: { name: 'f', arguments: '{"x":1}' } }],
      [['call_0', 'f', '{"x":1}']],
    ],
  ])('is read %s', (_name, deltas, calls) => {
    const parts = read(deltas, 'tool_calls');
    expect(callsIn(parts)).toEqual(calls);
    const told = parts.map((part) => (part.type === 'tool-input-delta' ? part.delta : '')).join('');
    expect([...told].sort()).toEqual(
      [...calls.map((call) => String(Object(call)[2])).join('')].sort(),
    );
  });

  it.each<[string, readonly object[]]>([
    ['without a name', [piece({ index: 0, id: 'a' }, undefined, '{}')]],
    [
      'of which a piece does not say which',
      [
        piece({ index: 0, id: 'a' }, 'f', ''),
        piece({ index: 1, id: 'b' }, 'g', ''),
        piece({}, undefined, '{"x":1}'),
      ],
    ],
    [
      'that goes on behind an object',
      [piece({ index: 0, id: 'a' }, 'f', { x: 1 }), piece({ index: 0 }, undefined, 'y')],
    ],
  ])('%s is an error', (_name, deltas) => {
    expect(() => read(deltas)).toThrow(TypeError);
  });
});

it('is no answer without a reason for its end', () => {
  const decoder = new ChatAnswerDecoder();
  decoder.push({ choices: [{ index: 0, delta: { content: 'hi' } }] });
  expect(() => decoder.end()).toThrow('do not make an answer');
});
