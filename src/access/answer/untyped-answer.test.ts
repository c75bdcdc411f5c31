/** Events under any type are read as events, wherever a piece ends; all else as a whole body. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AnswerReader } from './outcome.ts';
import { UntypedAnswer } from './untyped-answer.ts';

function read(text: string, cuts: readonly number[]): { events: string; body: string } {
  const got = { events: '', body: '' };
  const reader = (kind: keyof typeof got): AnswerReader => ({
    push: (chunk) => {
      got[kind] += chunk.toString('latin1');
    },
    end: () => undefined,
    fail: () => undefined,
  });
  let current: AnswerReader = new UntypedAnswer(reader('body'), () => {
    current = reader('events');
    return current;
  });
  const bytes = Buffer.from(text);
  const ends = [...new Set([...cuts.map((cut) => cut % bytes.length), bytes.length])];
  let from = 0;
  for (const to of ends.toSorted((one, other) => one - other)) {
    if (to > from) current.push(bytes.subarray(from, to));
    from = to;
  }
  current.end();
  return got;
}

const before = ['', '\ufeff', '\r\n\r\n', ': ping\n\n', ':\n\n', 'retry: 3000\n', '\n : '];
const events = [
  'data: {"a":1}\n\n',
  'event: x\ndata:{}\n\n',
  'id:1\ndata: {}\r\n\r\n',
  'data:\n\n',
];
const bodies = [
  '{"a":1}',
  ' \n [1]',
  '<html>',
  'dated: yesterday',
  'identity',
  'e',
  ' '.repeat(300),
];
const cuts = fc.array(fc.nat(40), { maxLength: 12 });
const written = (text: string): string => Buffer.from(text).toString('latin1');

it('events are read as events', () => {
  const texts = fc
    .tuple(fc.constantFrom(...before), fc.constantFrom(...events))
    .map((two) => two.join(''));
  fc.assert(
    fc.property(texts, cuts, (text, at) => {
      expect(read(text, at)).toEqual({ events: written(text), body: '' });
    }),
  );
});

it('all else is read as a whole body', () => {
  fc.assert(
    fc.property(fc.constantFrom(...bodies), cuts, (text, at) => {
      expect(read(text, at)).toEqual({ events: '', body: written(text) });
    }),
  );
});
