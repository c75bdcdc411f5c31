/** A block of an answer whose type is odd: what stands in it is told, or the answer is none. */

import { expect, it } from 'vitest';
import { anthropicMessages } from './protocol.ts';

const call = { id: 'c1', name: 'look', input: { city: 'Rome' } };
const read = (block: object) =>
  anthropicMessages.translation.decodeAnswer({ content: [block], stop_reason: 'tool_use' }).content;

it.each<[string, object]>([
  ['without a type', call],
  ['whose type is not a text', { ...call, type: 7 }],
])('reads a call %s', (_name, block) => {
  expect(read(block)).toEqual(read({ ...call, type: 'tool_use' }));
});

it('reads no call of the vendor’s own, and none of a type that nobody knows', () => {
  expect(read({ ...call, type: 'server_tool_use' })).toEqual([]);
  expect(() => read({ ...call, type: 'some_use' })).toThrow('some_use');
});
