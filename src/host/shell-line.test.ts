/**
 * Tests of lines for a shell: the shells of this machine read them, and say which words they saw.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShellLine, shellLine } from './shell-line.ts';

const seed = 20_261_124;

const shells = [
  { name: 'sh', options: [] },
  { name: 'dash', options: [] },
  { name: 'bash', options: ['--norc'] },
  { name: 'zsh', options: ['-f'] },
  { name: 'fish', options: ['--no-config'] },
].filter(({ name }) => spawnSync(name, ['-c', 'true']).status === 0);

/** What shells, and we, give a meaning to. */
const odd = [
  ...`'"\\$\`!#&|;<>()[]{}*?~^=%@:,./+-_ \t\n`,
  'fallback_chain[0]',
  '~root',
  '=ls',
  '%self',
  '$HOME',
  '$(id)',
  '`id`',
  '{a,b}',
  "\\'",
  "'\\",
  '\\n',
  '!!',
  '~/',
  '--',
  '-n',
  'é',
  '日本',
  '👍',
  'a',
  'Z',
  '7',
  'my task',
  '#',
  '2>&1',
  '\r',
  '&&',
  '*',
  '?',
]; // prettier-ignore
const words = fc.array(
  fc.oneof(
    fc.array(fc.constantFrom(...odd), { maxLength: 5 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0')),
  ),
  { minLength: 1, maxLength: 6 },
);
const samples = fc.sample(words, { seed, numRuns: 2000 });

/** So many lines fit into one argument of a program. */
function chunks(lines: readonly string[], size = 250): readonly (readonly string[])[] {
  return lines.length === 0 ? [] : [lines.slice(0, size), ...chunks(lines.slice(size), size)];
}

describe('a line for a shell', () => {
  it.each(shells)('is read by $name as the words it was made of', ({ name, options }) => {
    const lines = samples.map((sample) => shellLine`printf '%s\\0' ${sample}`);
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const printed = chunks(lines).map((some) =>
      execFileSync(name, [...options, '-c', some.join('\n')], { encoding: 'utf8', env }),
    );
    const read = printed.join('').split('\0').slice(0, -1);
    expect(read, `seed ${seed}`).toEqual(samples.flat());
  });

  it('is read by us as the words it was made of', () => {
    for (const sample of samples) {
      const line = shellLine`holdfast config unset a && holdfast config set ${sample}`;
      expect(readShellLine(line)).toEqual([
        ['config', 'unset', 'a'],
        ['config', 'set', ...sample],
      ]);
    }
  });

  it('is read by one shell at least here', () => {
    expect(shells.length).toBeGreaterThan(0);
  });

  it.each([
    ['holdfast', 'holdfast'],
    ['providers.local.base_url', 'providers.local.base_url'],
    ['fallback_chain[0]', "'fallback_chain[0]'"],
    ['my task', "'my task'"],
    ["it's", "'it'\\''s'"],
    ['C:\\keys', "'C:'\\\\'keys'"],
    ['=ls', "'=ls'"],
    ['', "''"],
  ])('writes %j as %s', (word, written) => {
    expect(shellLine`${word}`).toBe(written);
  });

  it('joins what touches a value to it', () => {
    expect(shellLine`export HOLDFAST_HOME=${'/my home'}/x`).toBe(
      "export HOLDFAST_HOME='/my home'/x",
    );
  });
});
