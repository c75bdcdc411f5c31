/**
 * However many faults a body has, one is looked for; however long a list is, it is read in one
 * pass.
 */

import { describe, expect, it } from 'vitest';
import { decodeMessagesRequest } from '../anthropic-messages/translate-in.ts';
import { decodeChatRequest } from '../openai-chat/translate-in.ts';
import { decodeResponsesRequest } from '../openai-responses/translate-in.ts';
import { readWire } from './parse-wire.ts';
import { either, list, object, text, type WireShape } from './shape.ts';

const many = 40_000;

describe('readWire', () => {
  it('looks at nothing behind the first fault', () => {
    let looks = 0;
    const item: WireShape<string> = {
      ...text,
      check: (value, walk) => {
        looks += 1;
        return text.check(value, walk);
      },
    };
    const shape = object({ input: either(text, list(object({ parts: list(item) }))) });
    const input = Array.from({ length: 10 }, () => ({
      parts: Array.from({ length: many }, () => 0),
    }));
    expect(() => readWire(shape, { input }, { refused: {}, idle: {} })).toThrow('input.0.parts.0');
    expect(looks).toBe(1);
  });
});

describe('a body of a very long conversation', () => {
  it.each([
    [
      'calls in a row of openai-responses',
      () => {
        const call = { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}' };
        return decodeResponsesRequest({ input: Array.from({ length: many }, () => call) }).options
          .prompt[0]?.content;
      },
    ],
    [
      'calls of one answer of openai-chat',
      () => {
        const call = { id: 'c', type: 'function', function: { name: 'n', arguments: '{}' } };
        const answer = { role: 'assistant', tool_calls: Array.from({ length: many }, () => call) };
        return decodeChatRequest({ messages: [answer] }).options.prompt[0]?.content;
      },
    ],
    [
      'calls of one answer of anthropic-messages',
      () => {
        const call = { type: 'tool_use', id: 'c', name: 'n', input: {} };
        const answer = { role: 'assistant', content: Array.from({ length: many }, () => call) };
        return decodeMessagesRequest({ messages: [answer] }).options.prompt[0]?.content;
      },
    ],
  ])('is read in a moment: %s', { timeout: 10_000 }, (_what, decode) => {
    expect(decode()).toHaveLength(many);
  });

  it('names fifty of the fields that it leaves out, and counts the others', () => {
    const tools = Array.from({ length: 70_000 }, (_, index) => ({ type: `hosted_${index}` }));
    const { notes } = decodeResponsesRequest({
      input: 'hi',
      tools: [...tools, { type: 'function', name: 'own' }],
    });
    expect(notes.join()).toMatch(
      /the tool hosted_49 of the vendor's own and 69950 more were left out/,
    );
  });
});
