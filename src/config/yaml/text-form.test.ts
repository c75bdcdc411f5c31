/**
 * A config text that is changed stays written as it was: line ends, byte order mark, indentation,
 * spaces, comments.
 */

import { describe, expect, it } from 'vitest';
import { getConfigValue, setConfigValue } from './edit.ts';

const plain = `# mine
main: deepseek/deepseek-v4-pro # fast

fallback_chain: [a/b,   c/d]   # two
providers:
  own:
    base_url:   "http://127.0.0.1:1/v1"
    # the spare one
    credentials:
      - {label: team, env: A_KEY}
      - env: B_KEY      # mine
        label: 'spare'
gateway:
  port: 4653
  # the end
`;

const bom = '\uFEFF';
/** What the YAML library itself would leave as it is, in our layout. */
const tidy = plain.replace(/(\S) {2,}/g, '$1 ').replace("'spare'", 'spare');

function formsOf(text: string): readonly (readonly [string, string])[] {
  const deep = indentBy(4, text);
  const crlf = (lines: string): string => lines.replaceAll('\n', '\r\n');
  return [
    ['two spaces', text],
    ['four spaces', deep],
    ['three spaces', indentBy(3, text)],
    ['lists no deeper than their keys', text.replace(/^ {6}/gm, '    ')],
    ['no last line end', text.trimEnd()],
    ['a byte order mark', bom + text],
    ['CRLF', crlf(text)],
    ['CRLF, a byte order mark and four spaces', bom + crlf(deep)],
    ['padded brackets', text.replace(/([[{])(.*?)([\]}])/g, '$1 $2 $3')],
  ];
}

/**
 * What stands in an item of a list stands two columns behind its dash, whatever the indentation.
 */
function indentBy(count: number, text: string): string {
  return text.replace(/^ +/gm, ({ length }) =>
    ' '.repeat(Math.min(length, 6) * (count / 2) + Math.max(0, length - 6)),
  );
}

/** Line ends included. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

const mixed = [
  'CRLF in all lines but one',
  plain.replaceAll('\n', '\r\n').replace('\r\n', '\n'),
] as const;

describe.each([...formsOf(plain), mixed])('a file with %s', (_name, text) => {
  it.each([
    ['main', 'x/y', 'main: '],
    ['gateway.port', '8080', 'port: '],
    ['providers.own.base_url', 'http://127.0.0.1:2/v1', 'base_url: '],
    ['providers.own.credentials[1].env', 'C_KEY', '- env: '],
    ['providers.own.credentials[0].env', 'C_KEY', 'label: team'],
    ['fallback_chain[1]', 'x/y', 'fallback_chain: '],
  ])('is the same in every line but that of %s when it is set', (key, value, line) => {
    const changed = setConfigValue(text, key, value);
    expect(findChanged(text, changed)).toEqual([
      linesOf(text).findIndex((one) => one.includes(line)),
    ]);
    expect(String(getConfigValue(changed, key))).toBe(value);
  });

  it.each([
    ['gateway.host', '127.0.0.2', 1],
    ['providers.own.pace', 'quick', 1],
    ['providers.other', '{base_url: "http://127.0.0.1:3/v1", auth: none}', 3],
    ['aliases', '{x: main}', 2],
  ])('keeps every line when %s is new', (key, value, count) => {
    const changed = linesOf(setConfigValue(text, key, value));
    const rest = [...linesOf(text)];
    const added = changed.filter(
      (line) => ![rest[0], `${rest[0]}\n`].includes(line) || rest.shift() === undefined,
    );
    expect([
      rest.filter((line) => line !== ''),
      added.filter((line) => line !== '').length,
    ]).toEqual([[], count]);
    expect(getConfigValue(changed.join(''), key)).toEqual(getConfigValue(`k: ${value}`, 'k'));
  });
});

/** Where a line is another one; -1 when lines came or went. */
function findChanged(before: string, after: string): readonly number[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  return old.length === now.length
    ? now.flatMap((line, index) => (line === old[index] ? [] : [index]))
    : [-1];
}

it.each([
  ['aliases', 'gateway:\n  port: 4653\n\n  # the end\naliases:\n  x: main\n# all\n'],
  ['gateway.host', 'gateway:\n  port: 4653\n  host:\n    x: main\n\n  # the end\n# all\n'],
])('leaves a comment with what it stands under: %s', (key, after) => {
  expect(setConfigValue('gateway:\n  port: 4653\n\n  # the end\n# all\n', key, '{x: main}')).toBe(
    after,
  );
});

it.each([
  ['a:\n    b: 1\n', 'a:\n    b: 1\nproviders:\n    own:\n        models:\n            - m\n'],
  [
    'a:\r\n   b: 1\r\n',
    'a:\r\n   b: 1\r\nproviders:\r\n   own:\r\n      models:\r\n         - m\r\n',
  ],
  ['a:\n- b\nc:\n  d: 1', 'a:\n- b\nc:\n  d: 1\nproviders:\n  own:\n    models:\n    - m\n'],
  ['a: b', 'a: b\nproviders:\n  own:\n    models:\n      - m\n'],
])('indents what is new as the rest: %j', (text, after) => {
  expect(setConfigValue(text, 'providers.own.models', '[m]')).toBe(after);
});

describe.each(formsOf(tidy))(
  'a value that cannot be put in place, in a file with %s',
  (_name, text) => {
    it.each([
      ['fallback_chain', '[x/y, x/z]', 'fallback_chain: '],
      ['providers.own.credentials[0]', '{label: team, env: C_KEY}', 'label: team'],
    ])('leaves every line but that of %s', (key, value, line) => {
      const changed = setConfigValue(text, key, value);
      const whole = /\n$/.test(text) ? text : `${text}\n`;
      expect(findChanged(whole, changed)).toEqual([
        linesOf(text).findIndex((one) => one.includes(line)),
      ]);
    });
  },
);
