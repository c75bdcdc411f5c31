import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editJson, parseSettings } from './json.ts';

const set = (path: string, value: string) => [{ path: path.split('.'), value }];

describe('one value set in JSON', () => {
  it.each([
    ['an empty file', '', 'a', '{\n  "a": "x"\n}\n'],
    ['an empty object', '{}', 'a', '{\n  "a": "x"\n}'],
    ['a value that is there', '{ "a": 1, "b": 2 }', 'a', '{ "a": "x", "b": 2 }'],
    [
      'a nested place that is not there',
      '{\n  "b": 2\n}\n',
      'a.c',
      '{\n  "b": 2,\n  "a": {\n    "c": "x"\n  }\n}\n',
    ],
    ['an object on one line', '{"b":2}', 'a', '{"b":2,\n  "a": "x"\n}'],
    [
      'a trailing comma and comments',
      '{\n\t// one\n\t"b": 2, // two\n\t/* three */\n}',
      'a',
      '{\n\t// one\n\t"b": 2, // two\n\t/* three */\n\t"a": "x",\n}',
    ],
    [
      'a comment behind the last value',
      '{\n  "b": 2 // two\n}',
      'a',
      '{\n  "b": 2, // two\n  "a": "x"\n}',
    ],
    ['an object of comments only', '{\n  // none yet\n}', 'a', '{\n  // none yet\n  "a": "x"\n}'],
    [
      'lines that end in CR LF',
      '{\r\n  "b": 2\r\n}\r\n',
      'a',
      '{\r\n  "b": 2,\r\n  "a": "x"\r\n}\r\n',
    ],
    ['a byte order mark', '\uFEFF{"b":"//"}', 'b', '\uFEFF{"b":"x"}'],
    [
      'a key that JavaScript has a meaning for',
      '{"__proto__":1}',
      'a',
      '{"__proto__":1,\n  "a": "x"\n}',
    ],
    ['a key that is there twice: the last counts', '{"a":1,"a":2}', 'a', '{"a":1,"a":"x"}'],
  ])('fits %s', (_name, text, path, expected) => {
    expect(editJson(text, set(path, 'x'))).toBe(expected);
  });

  it.each([
    ['{"a": }', 'line 1 is not JSON'],
    ['{\n"a": 1\n"b": 2}', 'line 3 is not JSON'],
    ['{"a": 1', 'line 1 is not JSON'],
    ['{"a": "\\q"}', 'line 1 is not JSON'],
    ['{} {}', 'line 1 is not JSON'],
    ['{"a": 01}', 'line 1 is not JSON'],
    ['{"a": [1]}', 'a is not an object'],
    ['[]', 'it is not an object'],
  ])('refuses %s', (text, message) => {
    expect(() => editJson(text, set('a.b', 'x'))).toThrow(new SyntaxError(message));
  });

  it('keeps every other value and every comment of any file', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    const spaces = fc.constantFrom('', ' ', '\n', '\n  ', '\r\n', ' // c\n', '/* c, } */');
    fc.assert(
      fc.property(
        objects,
        fc.array(spaces, { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        (value, gaps, trailing) => {
          const text = dress(value, gaps, trailing);
          const after = editJson(text, set('holdfast.url', 'x'));
          expect(parseSettings(after)).toEqual({
            ...JSON.parse(JSON.stringify(value)),
            holdfast: { url: 'x' },
          });
          expect(after.match(/\/\/ c|\/\* c, \} \*\//g)).toEqual(
            text.match(/\/\/ c|\/\* c, \} \*\//g),
          );
        },
      ),
    );
  });
});

/** The object with gaps between its tokens, and perhaps trailing commas at its top. */
function dress(
  value: Readonly<Record<string, unknown>>,
  gaps: readonly string[],
  trailing: boolean,
): string {
  let index = 0;
  const gap = (): string => gaps[index++ % gaps.length] ?? '';
  const members = Object.entries(value)
    .filter(([key]) => key !== 'holdfast')
    .map(
      ([key, one]) =>
        `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${JSON.stringify(one)}${gap()}`,
    );
  const comma = trailing && members.length > 0 ? `,${gap()}` : '';
  return `${gap()}{${members.join(',')}${comma}${gap()}}${gap()}`;
}
