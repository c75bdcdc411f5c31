import { expect, it } from 'vitest';
import { readDocument } from './document.ts';

const space = '\u00a0';
const told = 'a character that only looks like a space (U+00A0)';

it.each<[string, string, readonly (readonly [number, number, string])[]]>([
  [
    'indents keys',
    `providers:\n${space}${space}openai:\n${space}${space}${space}a: b\n`,
    [[2, 1, told]],
  ],
  ['follows plain spaces', `providers:\n  ${space}openai: {}\n`, [[2, 3, told]]],
  ['stands behind a colon', `main:${space}openai/m\nlog: {}\n`, [[1, 6, told]]],
  ['stands behind the dash of a list', `a:\n  -${space}x\n  - y: z\n   bad\n`, []],
  ['stands within a text', `main: "${space}x"\nnote: |\n  one\n  ${space}two\n`, []],
])(
  'a space that YAML takes for a letter, which %s, is told where it does harm',
  (_name, text, expected) => {
    const { problems } = readDocument('/c', text);
    const found = problems.map(
      ({ line = 0, column = 0, message }) => [line, column, message] as const,
    );
    if (expected.length > 0) expect(found).toEqual(expected);
    else expect(found.map(([, , message]) => message)).not.toContain(told);
  },
);

it.each([
  ['a key', 'aliases:\n  caf\ufffd: main\n', [[2, 6]]],
  ['a value', 'main: a/b\nnote: "x \ufffd"\n', [[2, 10]]],
  ['a comment', 'main: a/b # gr\ufffdn\n', []],
])('a byte that is not UTF-8 is told in %s', (_where, text, expected) => {
  const { problems } = readDocument('/c', text);
  expect(problems.map(({ line, column }) => [line, column])).toEqual(expected);
  for (const { message } of problems) expect(message).toContain('a byte that is not UTF-8');
});

it.each<[string, readonly (readonly [number, number, string])[]]>([
  ['main: a/b\nproviders\uff1a\n  a: {}\n', [[2, 10, 'a colon of another script (\uff1a)']]],
  ['aliases:\n  fast \uff1amain\n  b: c\n', [[2, 8, 'a colon of another script (\uff1a)']]],
  ['main: a/b\nnote: "x\uff1ay"\nlog: {}\n', []],
  ['main: a/b\n{"gateway": {"port": 1}}\n', [[2, 1, 'JSON below lines of YAML']]],
  ['main: a/b\nproviders: {}\n{ "log": {} }\n', [[3, 1, 'JSON below lines of YAML']]],
])('what was pasted from elsewhere is told: %j', (text, expected) => {
  const { problems } = readDocument('/c', text);
  expect(problems.map(({ line, column }) => [line, column])).toEqual(
    expected.map(([line, column]) => [line, column]),
  );
  for (const [index, [, , told]] of expected.entries())
    expect(problems[index]?.message).toContain(told);
});

it('a file that is JSON as a whole is not told to be YAML', () => {
  const { problems } = readDocument('/c', '# mine\n{"main": "a/b"\n"log": {}}\n');
  expect(problems.length).toBeGreaterThan(0);
  for (const { message } of problems) expect(message).not.toContain('JSON below');
});
