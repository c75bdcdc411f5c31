/**
 * What is not changed keeps its text, whatever JSON it is; what is changed means what it was
 * changed to.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber, WrittenJson } from './written-json.ts';

const odd = [
  '1.0',
  '-0',
  '-0.0',
  '1e400',
  '-1E+9',
  '0.1e1',
  '9007199254740993',
  '12345678901234567890',
  '1e-7',
];
const gaps = fc.constantFrom('', ' ', '\n  ', '\t', '\r\n');
/**
 * Each means a string that nothing else here means: one that came in two spellings may be written
 * in either.
 */
const strings = fc.constantFrom(
  '""',
  '"odd \\/"',
  '"odd \\u00e9"',
  '"\\"]}"',
  '"\\\\"',
  '"\\n"',
  '"odd \\ud800"',
);
const scalars = fc.oneof(
  fc.constantFrom(...odd, 'true', 'false', 'null', '0', '17', '-3.5'),
  fc.double().map((number) => JSON.stringify(number)),
  fc.string().map((text) => JSON.stringify(text)),
  strings,
);
/**
 * Not a backslash alone: V8 of Node 24 confuses such a key with others that begin with an escape.
 */
const keys = fc.constantFrom(
  '"10"',
  '"2"',
  '"__proto__"',
  '"k\\u0061"',
  '"toString"',
  '""',
  '"k\\u00e9"',
  '"\\n"',
  '"\\"]}"',
);

/** JSON texts as no serializer writes them: odd numbers, needless escapes, spaces, keys twice. */
const texts = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    scalars,
    fc
      .tuple(fc.array(tie('value'), { maxLength: 4 }), gaps)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
    fc
      .tuple(fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }), gaps)
      .map(
        ([members, gap]) =>
          `{${members.map(([key, value]) => `${gap}${key}${gap}:${gap}${value}`).join(',')}${gap}}`,
      ),
  ),
})).value;

const seed = { seed: 20261121, numRuns: 500 };

describe('JSON that is parsed to be changed', () => {
  it('is written again byte for byte where nothing was changed', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { value, encode } = open(text);
        expect(encode(value)).toBe(text);
      }),
      seed,
    );
  });

  it('keeps the text of every neighbour of a change', () => {
    fc.assert(
      fc.property(texts, texts, texts, gaps, (one, two, three, gap) => {
        const { value, encode } = open(
          `{"one":${gap}${one},${gap}"two":[${two},${gap}{"left":1,"right":${three}}]}`,
        );
        const [first, last] = listAt(value, 'two');
        const changed = {
          ...Object(value),
          two: [first, { ...Object(last), left: 'x' }],
          three: 'new',
        };
        expect(encode(changed)).toBe(
          `{"one":${one},"two":[${two},{"left":"x","right":${three}}],"three":"new"}`,
        );
      }),
      seed,
    );
  });

  it('means what JSON.parse reads in it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { value } = open(text);
        const read: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      seed,
    );
  });

  it('copies what no change reaches, however deep it is', () => {
    const deep = `${'[{"a":'.repeat(20_000)}1.0${'}]'.repeat(20_000)}`;
    const { value, encode } = open(`{"deep":${deep},"model":"a"}`);
    expect(encode({ ...Object(value), model: 'b' })).toBe(`{"deep":${deep},"model":"b"}`);
  });

  it.each(odd)('reads %s as a number', (text) => {
    expect(readNumber(open(text).value)).toBe(Number(text));
  });

  it('leaves out what is undefined', () => {
    const { value, encode } = open('{"a":1,"b":2}');
    expect(encode({ ...Object(value), a: undefined })).toBe('{"b":2}');
  });
});

function open(text: string): { value: unknown; encode: (value: unknown) => string } {
  const json = new WrittenJson();
  const encode = (value: unknown): string => Buffer.concat(json.encode(value)).toString();
  return { value: json.parse(Buffer.from(text)), encode };
}

function listAt(value: unknown, key: string): readonly unknown[] {
  return Object(value)[key];
}
