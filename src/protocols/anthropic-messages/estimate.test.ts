/**
 * Tokens from the lengths of texts: rather too many than too few, and never a request's bytes taken
 * for its words.
 */

import { describe, expect, it } from 'vitest';
import { estimateTokens } from './estimate.ts';

function count(request: unknown): number {
  return JSON.parse(estimateTokens(Buffer.from(JSON.stringify(request)))).input_tokens;
}

const say = (content: unknown): object => ({ messages: [{ role: 'user', content }] });
const twentyWords = 'word '.repeat(20);
const base64 = (bytes: number): string => Buffer.alloc(bytes).toString('base64');

describe('estimateTokens', () => {
  it.each<[string, unknown, number]>([
    ['nothing', {}, 1],
    ['a message', say(twentyWords), 27],
    ['two messages', { messages: [{ content: 'a'.repeat(7) }, { content: 'b'.repeat(7) }] }, 11],
    ['Japanese by its characters', say('王様は喜びました'), 11],
    ['blocks of text', say([{ type: 'text', text: twentyWords }]), 27],
    ['a system prompt', { system: [{ type: 'text', text: twentyWords }], messages: [] }, 23],
    [
      'an image by its kind',
      say([{ type: 'image', source: { type: 'base64', data: base64(500_000) } }]),
      1604,
    ],
    [
      'a document by its pages',
      say([{ type: 'document', source: { type: 'base64', data: base64(120_000) } }]),
      6904,
    ],
    [
      'a document of text',
      say([{ type: 'document', source: { type: 'text', data: twentyWords } }]),
      27,
    ],
    [
      "a tool's result",
      say([{ type: 'tool_result', content: [{ type: 'text', text: twentyWords }] }]),
      31,
    ],
    ['tools by their schemas', { tools: [{ name: 'f' }], messages: [] }, 356],
    ['an invalid message', { messages: ['?', null, { content: 7 }] }, 12],
  ])('counts %s', (_name, request, expected) => {
    expect(count(request)).toBe(expected);
  });

  it('says where a request is broken', () => {
    expect(() => estimateTokens(Buffer.from('{"messages":?'))).toThrow(
      'line 1, column 13, byte 12',
    );
  });
});
