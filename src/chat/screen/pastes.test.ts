/** Pastes told from keys, however the terminal's bytes are cut. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pastes } from './pastes.ts';

const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;

function type(chunks: readonly string[]): readonly [line: string, filled: string] {
  const pastes = new Pastes();
  const line = chunks.map((chunk) => pastes.push(chunk)).join('');
  return [line, pastes.fill(line)];
}

it.each([
  ['keys', 'abc\x1b[A', 'abc\x1b[A', 'abc\x1b[A'],
  ['one line', `a ${pasted('b\tc')} d`, 'a b c d', 'a b c d'],
  ['several lines', `a ${pasted('b\rc\r\nd')} e`, 'a [paste 1: 3 lines] e', 'a b\nc\nd e'],
  [
    'two pastes',
    `${pasted('a\nb')}${pasted('c\nd\n')}`,
    '[paste 1: 2 lines][paste 2: 2 lines]',
    'a\nbc\nd\n',
  ],
  ['a mark that was typed', '[paste 1: 2 lines]', '[paste 1: 2 lines]', '[paste 1: 2 lines]'],
  ['a paste that looks like keys', pasted('\x1b[A\nb'), '[paste 1: 2 lines]', '\x1b[A\nb'],
  ['an Escape, until it is known what follows it', 'a\x1b', 'a', 'a'],
])('%s', (_name, typed, line, filled) => {
  expect(type([typed])).toEqual([line, filled]);
});

it('cut anywhere, they are the same', () => {
  const whole = `x\x1b[A${pasted('a\r\nb')}y${pasted('c')}`;
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end));
      expect(type(chunks)).toEqual(type([whole]));
    }),
  );
});
