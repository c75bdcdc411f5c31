/**
 * Providers whose JSON is nested deeper than a program can walk by recursion: in an error, in an
 * answer, in the input of a tool call. Such an answer is one more bad answer of that provider: the
 * fallback is asked, and nothing of it counts as our own fault.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, textOf } from './harness.ts';
import type { OddServer } from './odd-server.ts';
import { OddStage, piecesOf, streams, whole } from './odd-stage.ts';
import { anthropicMessages, openaiChat, relayedPairs, translatedPairs } from './protocol-cases.ts';

let stage: OddStage;
beforeEach(async () => {
  stage = await OddStage.open();
});
afterEach(() => stage.close());

const depth = 10_000;
const lists = '['.repeat(depth) + ']'.repeat(depth);
const objects = `${'{"error":'.repeat(depth)}{"message":"x"}${'}'.repeat(depth)}`;

function answers(server: OddServer, status: number, body: string): void {
  const head = `HTTP/1.1 ${status} Answer\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  server.answer = { writes: [Buffer.from(head + body)], ending: 'end', isHasty: false };
}

const errors: readonly (readonly [string, number, string])[] = [
  ['a message of lists', 402, `{"error":{"message":${lists},"type":"server_error"}}`],
  ['a body of lists', 402, lists],
  ['an error in an error', 402, objects],
  ["an upstream's body", 402, `{"error":{"message":"busy","metadata":{"raw":${objects}}}}`],
  [
    'a body quoted in a message',
    402,
    JSON.stringify({ error: { message: `upstream said: ${objects}` } }),
  ],
  ['details', 402, `{"detail":${lists}}`],
  ['an error inside a 200', 200, `{"error":{"message":${lists}}}`],
];

describe.each([...relayedPairs.slice(2), ...translatedPairs.slice(0, 1)])(
  '%s',
  (_name, { asked, spoken }) => {
    it.each(errors)('asks the fallback after an error with %s', async (_what, status, body) => {
      answers(stage.first, status, body);
      streams(stage.second, ...whole(piecesOf(spoken)));
      const answer = await stage.stream(spoken, asked);
      expect([textOf(answer, asked), stage.classes()?.at(-1)]).toEqual(['all is well', undefined]);
    });
  },
);

describe('the input of a tool call', () => {
  const call = (input: string) =>
    JSON.stringify({
      id: 'x',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: input } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });

  it.each([
    ['plain numbers', `{"a":${lists}}`],
    ['numbers that are kept as they are written', `{"b":1.0,"a":${lists}}`],
  ])('crosses as text where it is too deep for an object, with %s', async (_what, input) => {
    answers(stage.first, 200, call(input));
    const answer = await ask(stage.start(openaiChat), {}, { tongue: anthropicMessages });
    expect(JSON.parse(answer.text).content[0].input).toEqual({ input });
  });

  it('of an earlier turn crosses as text too', async () => {
    streams(stage.first, ...whole(piecesOf(anthropicMessages)));
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'f', arguments: `{"a":${lists}}` } },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ];
    const answer = await ask(
      stage.start(anthropicMessages),
      { stream: true, messages },
      { tongue: openaiChat },
    );
    expect([textOf(answer, openaiChat), stage.classes()]).toEqual(['all is well', [undefined]]);
  });
});
