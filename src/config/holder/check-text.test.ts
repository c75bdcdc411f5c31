import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { type ChangeCheck, checkChange } from './check-text.ts';

function check(before: string | undefined, after: string): ChangeCheck {
  const host = createFakeHost({
    environment: { HOLDFAST_HOME: '/h', DEEPSEEK_API_KEY: `sk-test-${'k'.repeat(20)}` },
  });
  const paths = resolvePaths(host.environment);
  return checkChange({ host, paths }, before, after);
}

const good = 'main: deepseek/m\n';
const broken = `${good}fallback_chain: [opnai/x]\n`;

/** Name, text before, text after, what the change adds, and what is left. */
const rows: readonly (readonly [string, string | undefined, string, string[], string[]])[] = [
  ['a good value', good, 'main: deepseek/n\n', [], []],
  ['no main yet', undefined, 'gateway: {port: 1}\n', [], ['main: is missing']],
  [
    'a variable for later',
    good,
    `${good}gateway: {host: "\${X}"}\n`,
    [],
    [`gateway.host: \${X} is not set`],
  ],
  [
    'a variable of a mistyped key',
    good,
    `${good}gateway: {prt: "\${X}"}\n`,
    ['gateway.prt: unknown key'],
    [],
  ],
  ['a mistyped provider', good, broken, ['fallback_chain[0]: unknown provider opnai'], []],
  ['a mistyped key', good, `${good}gateway: {prt: 1}\n`, ['gateway.prt: unknown key'], []],
  [
    'half a server',
    good,
    `${good}providers: {own: {base_url: "https://own.example/v1"}}\n`,
    ['providers.own: own has a base_url but no protocol'],
    [],
  ],
  ['another value of a broken file', broken, `${broken}gateway: {port: 1}\n`, [], ['opnai']],
  ['a place that moves', broken, `${good}fallback_chain: [deepseek/n, opnai/x]\n`, [], ['opnai']],
  ['one problem for another', broken, 'main: nosuch/x\n', ['main: unknown provider nosuch'], []],
  [
    'fewer problems, one of them new',
    `${broken}gateway: {prt: 1}\n`,
    'main: nosuch/x\n',
    [],
    ['main: unknown provider nosuch'],
  ],
  ['a file that is YAML at last', 'main: [\n', broken, [], ['opnai']],
];

describe('a change of the configuration', () => {
  it.each(rows)('%s', (_name, before, after, added, left) => {
    const found = check(before, after);
    const told = (all: ChangeCheck['added']): string[] =>
      all.map(({ key, message }) => `${key}: ${message}`);
    expect(told(found.added)).toEqual(expect.arrayContaining(added));
    expect(found.added).toHaveLength(added.length);
    if (added.length === 0)
      expect(told(found.left)).toEqual(left.map((part) => expect.stringContaining(part)));
  });

  it('never leaves more problems than there were, whatever is changed', () => {
    const target = fc.constantFrom('deepseek/m', 'opnai/x', 'nosuch/y', 'deepseek', 'ollama/z');
    const config = fc.record(
      {
        main: target,
        fallback_chain: fc.array(target, { maxLength: 3 }),
        gateway: fc.constantFrom({ port: 1 }, { prt: 1 }, { port: 'x' }),
        aliases: fc.constantFrom({ a: 'main' }, { a: 'vison' }),
      },
      { requiredKeys: [] },
    );
    const count = (text: string): number =>
      check(text, text).left.filter(({ isPending }) => isPending !== true).length;
    fc.assert(
      fc.property(config, config, (one, two) => {
        const [before, after] = [JSON.stringify(one), JSON.stringify(two)];
        const isTaken = check(before, after).added.length === 0;
        if (isTaken) expect(count(after)).toBeLessThanOrEqual(count(before));
        if (count(after) < count(before) || count(after) === 0) expect(isTaken).toBe(true);
      }),
      { seed: 25, numRuns: 60 },
    );
  });
});
