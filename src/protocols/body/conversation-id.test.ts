/** What names a conversation is the same in each of its turns, and in none of another's. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from '../anthropic-messages/protocol.ts';
import type { Protocol } from '../contract/protocol.ts';
import { googleGenerateContent } from '../google-generate-content/protocol.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { openaiResponses } from '../openai-responses/protocol.ts';

type Turn = readonly [who: 'asked' | 'answered', text: string];

interface Tongue {
  readonly protocol: Protocol;
  /** The body of these turns; what a client changes from turn to turn differs by `mark`. */
  write(turns: readonly Turn[], mark: string): object;
}

const roles = { asked: 'user', answered: 'assistant' } as const;
const tongues: readonly Tongue[] = [
  {
    protocol: openaiChat,
    write: (turns, mark) => ({
      messages: [
        { role: 'system', content: `Today is ${mark}` },
        ...turns.map(([who, content]) => ({ role: roles[who], content })),
      ],
    }),
  },
  {
    protocol: openaiResponses,
    write: (turns, mark) => ({
      instructions: mark,
      input: turns.map(([who, text]) => ({
        type: 'message',
        role: roles[who],
        content: [{ type: who === 'asked' ? 'input_text' : 'output_text', text }],
      })),
    }),
  },
  {
    protocol: anthropicMessages,
    write: (turns, mark) => ({
      max_tokens: 10,
      system: mark,
      messages: turns.map(([who, text]) => ({
        role: roles[who],
        content: [{ type: 'text', text, cache_control: { type: mark } }],
      })),
    }),
  },
  {
    protocol: googleGenerateContent,
    write: (turns) => ({
      contents: turns.map(([who, text]) => ({
        role: who === 'asked' ? 'user' : 'model',
        parts: [{ text }],
      })),
    }),
  },
];

function idOf({ protocol }: Tongue, body: object, cutAt?: number): string | undefined {
  const bytes = Buffer.from(JSON.stringify({ model: 'main', ...body }));
  const pieces = cutAt === undefined ? bytes : [bytes.subarray(0, cutAt), bytes.subarray(cutAt)];
  const named = { model: 'main', isStreamed: false };
  const request =
    protocol.name === googleGenerateContent.name ? { body: pieces, named } : { body: pieces };
  return protocol.readBody(request, 'generate').conversationId();
}

const text = fc.string({ minLength: 1 });
const talks = fc.array(fc.tuple(text, text), { minLength: 2, maxLength: 5 }).map((pairs) =>
  pairs.flatMap(([asked, answered]): Turn[] => [
    ['asked', asked],
    ['answered', answered],
  ]),
);

describe.each(tongues)('in $protocol.name', (tongue) => {
  it('a conversation has one name in all its turns, in whatever pieces they come', () => {
    fc.assert(
      fc.property(talks, text, fc.nat(200), (talk, mark, cutAt) => {
        const ids = [3, 5, talk.length].map((turns) =>
          idOf(tongue, tongue.write(talk.slice(0, turns), mark.repeat(turns)), cutAt),
        );
        expect(ids[0]).toBeTypeOf('string');
        expect(new Set(ids).size).toBe(1);
      }),
    );
  });

  it('another beginning is another name', () => {
    const begin = (asked: string, answered: string): string | undefined =>
      idOf(
        tongue,
        tongue.write(
          [
            ['asked', asked],
            ['answered', answered],
            ['asked', 'Go on'],
          ],
          '',
        ),
      );
    const names = [begin('Hi', 'Hello'), begin('Hi', 'What?'), begin('Hey', 'Hello')];
    expect(new Set(names).size).toBe(3);
  });

  it.each<[string, readonly Turn[]]>([
    ['a single question', [['asked', 'Hi']]],
    [
      'questions without an answer',
      [
        ['asked', 'Hi'],
        ['asked', 'You?'],
      ],
    ],
    ['nothing', []],
  ])('%s has no name', (_name, turns) => {
    expect(idOf(tongue, tongue.write(turns, ''))).toBeUndefined();
  });

  it.each([
    ['a body above 4 MB', 900_000, 5, false],
    ['one that begins with a turn above 1 MB', 1_000_000, 1, false],
    ['one below both', 900_000, 3, true],
  ])('%s: whether it has a name', (_name, length, count, hasName) => {
    const turn: Turn[] = [
      ['asked', 'x'.repeat(length)],
      ['answered', 'Hello'],
    ];
    const id = idOf(tongue, tongue.write(Array(count).fill(turn).flat(), ''));
    expect(id !== undefined).toBe(hasName);
  });
});

describe('a name of the client', () => {
  const [chat, responses, messages] = tongues;
  const talk: readonly Turn[] = [
    ['asked', 'Hi'],
    ['answered', 'Hello'],
    ['asked', 'Go on'],
  ];

  it.each([
    ['prompt_cache_key', chat, { prompt_cache_key: 'k1' }, 'k1'],
    ['prompt_cache_key', responses, { prompt_cache_key: 'k1' }, 'k1'],
    ['metadata.user_id', messages, { metadata: { user_id: 'u1' } }, 'u1'],
    ['the first of both', chat, { metadata: { user_id: 'u1' }, prompt_cache_key: 'k1' }, 'k1'],
  ])('%s is its own', (_name, tongue = chat, fields, expected) => {
    if (tongue === undefined) throw new Error('a protocol');
    expect(idOf(tongue, { ...tongue.write(talk.slice(0, 1), ''), ...fields })).toBe(expected);
    expect(idOf(tongue, { ...tongue.write(talk, ''), ...fields })).toBe(expected);
  });

  it.each<[string, object]>([
    ['empty', { prompt_cache_key: '' }],
    ['no text', { prompt_cache_key: 7, metadata: { user_id: ['u'] } }],
    ['metadata without a user', { metadata: { job: 'x' } }],
    ['longer than any id', { prompt_cache_key: 'x'.repeat(5000) }],
  ])('%s does not count', (_name, fields) => {
    if (chat === undefined) throw new Error('a protocol');
    expect(idOf(chat, { ...chat.write(talk, ''), ...fields })).toBe('Hi\nHello');
  });
});

it('a call of a tool is an answer, whatever stands between', () => {
  const [chat, responses] = tongues;
  if (chat === undefined || responses === undefined) throw new Error('two protocols');
  const asked = { role: 'user', content: 'Look' };
  const call = { role: 'assistant', content: null, tool_calls: [{ id: 'c1' }] };
  expect(idOf(chat, { messages: [{ role: 'developer', content: 'x' }, asked, call] })).toBe(
    'Look\n',
  );
  const items = [asked, { type: 'reasoning', summary: [] }, { type: 'function_call', name: 'f' }];
  expect(idOf(responses, { input: items })).toBe('Look\n');
});
