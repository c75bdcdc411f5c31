import { expect, it } from 'vitest';
import { findDotenvLosses } from './dotenv-losses.ts';

it.each<[string, string, readonly string[]]>([
  ['plain lines', '# a\nexport A=1\n\nB = 2 # two\nC="x y" # z\r\n', []],
  ['a value over lines', 'A="one\ntwo\n"\nB=1\n', []],
  ['a quotation mark that is not closed', "A='one\nB=2\n", []],
  ['a line of another form', 'A: one\nsetx B 2\n', []],
  ['UTF-16, which is told of the whole file', '\ufffd\ufffdA\0=\0x\0\n\0', []],
  ['the same value twice', 'A=1\nA="1"\n', []],
  [
    'a byte that is not UTF-8, outside of a comment',
    '# gr\ufffdn\nA=x\ufffd\n',
    ['2 has a byte that is not UTF-8'],
  ],
  [
    'two values',
    'A=1\nB=2\nexport A=3\n',
    ['3 sets A to another value than line 1: the last one counts'],
  ],
  [
    'text behind a quotation mark',
    'A="x"34\nB=1\n',
    ['1 has text behind the closing quotation mark of A, which is left out'],
  ],
  [
    'a key with a line break in it',
    'A=sk-test-12\n34abc\n',
    ['2 is one word that sets nothing: is it the rest of the line before?'],
  ],
])('%s', (_name, text, expected) => {
  expect(findDotenvLosses(text).map(({ line, what }) => `${line} ${what}`)).toEqual(expected);
});

it.each([
  ['a key behind it', 'A="one\nB="two"\nC=1\n', 1, 'B'],
  ['a key between', "Z=1\nexport A='one\nB=two\n# it's\n", 2, 'B'],
])('a quotation mark that takes in %s', (_name, text, line, lost) => {
  const [first] = findDotenvLosses(text);
  expect(first?.line).toBe(line);
  expect(first?.what).toMatch(
    new RegExp(`^opens a quotation mark .* not closed on that line, so ${lost} is taken`),
  );
});
