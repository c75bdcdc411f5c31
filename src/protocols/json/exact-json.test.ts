/**
 * Numbers of tools stay as they were written, and all else is what JSON.parse makes of it: beside
 * the parser's own word for each number.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact, parseOwnWords } from './exact-json.ts';

const numbers = fc.oneof(
  fc.constantFrom(
    '1.0',
    '-0',
    '-0.0',
    '1e400',
    '-1E+9',
    '9007199254740993',
    '1e-7',
    '0.10',
    '12',
    '3.5',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
/** Names that come twice, that every object inherits, and that stand for a place in a list. */
const names = fc.constantFrom(
  'a',
  'b',
  'input',
  'arguments',
  'length',
  '0',
  '__proto__',
  'toString',
  'é',
  '',
);
const texts = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    numbers,
    fc.constantFrom('true', 'null', '"1.0"', '"\\"1.0"', '"\\u0031.0, 1e5"'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,')}]`),
    fc
      .array(fc.tuple(names, tie('value')), { maxLength: 4 })
      .map(
        (members) =>
          `{${members.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(',\n')}}`,
      ),
  ),
})).value;
const runs = { seed: 20_261_124, numRuns: 2000 };

/** As the parser says it of each number. */
function parseByParser(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && String(value) !== source
      ? JSON.rawJSON(source)
      : value;
  });
}

describe('the numbers of a JSON text', () => {
  it('stay as they were written where all of it is a tool’s own', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(JSON.stringify(parseOwnWords(text))).toBe(JSON.stringify(parseByParser(text)));
      }),
      runs,
    );
  });

  it('stay so below the fields of tools, and are read elsewhere', () => {
    fc.assert(
      fc.property(texts, texts, (own, other) => {
        const parsed = parseExact(`{"x":[{"y":1.0,"other":${other},"input":{"z":${own}}}]}`);
        const expected = { y: 1, other: parseExact(other), input: { z: parseByParser(own) } };
        expect(JSON.stringify(parsed)).toBe(JSON.stringify({ x: [expected] }));
      }),
      runs,
    );
  });

  it('stay so however the name of such a field is written', () => {
    const names = fc.constantFrom('args', 'arguments', 'functionCall', 'input_schema', 'schema');
    const gaps = fc.constantFrom('', ' ', '\n\t');
    const holders = fc.constantFrom('%', '[%]', '{"z":%}', '["1.0", %]');
    fc.assert(
      fc.property(
        names,
        fc.nat(),
        gaps,
        gaps,
        holders,
        numbers,
        (name, at, before, after, holder, number) => {
          const letter = at % (name.length + 1);
          const code = name.charCodeAt(letter).toString(16).padStart(4, '0');
          const written =
            letter === name.length
              ? name
              : `${name.slice(0, letter)}\\u${code}${name.slice(letter + 1)}`;
          const text = `{"y":1.0,"${written}"${before}:${after}${holder.replace('%', number)}}`;
          const { y: _y, ...own } = Object(parseByParser(text));
          expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify({ y: 1, ...own }));
        },
      ),
      runs,
    );
  });

  it('are read outside of the fields of tools as JSON.parse reads them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!/input|arguments/.test(text));
        expect(parseExact(text)).toEqual(JSON.parse(text));
      }),
      runs,
    );
  });

  it('change nothing that is no JSON: it throws as JSON.parse does', () => {
    const broken = fc
      .tuple(texts, fc.nat())
      .map(([text, at]) => text.slice(0, at % (text.length + 1)));
    fc.assert(
      fc.property(broken, (text) => {
        const attempt = (parse: (text: string) => unknown): string => {
          try {
            return JSON.stringify(parse(text));
          } catch (error) {
            return String(error);
          }
        };
        expect(attempt(parseOwnWords)).toBe(attempt(parseByParser));
      }),
      runs,
    );
  });

  it('are found as deep as a request may be', () => {
    const deep = `${'{"input":['.repeat(500)}1.0${']}'.repeat(500)}`;
    expect(JSON.stringify(parseExact(deep))).toBe(deep);
  });
});
