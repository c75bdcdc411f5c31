import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createCredentialsFile } from '../files/credentials-file.ts';
import { findDotenvLosses } from '../files/dotenv-losses.ts';
import { findConflict } from '../schema/conflict.ts';
import { readDocument } from './document.ts';

const told = (where: string): string =>
  `holds a conflict of git that nobody has resolved: its marks (<<<<<<<, =======, >>>>>>>) are in ${where}`;

/** Around two lines, as `git merge` writes it, and as `merge.conflictStyle: diff3`. */
const conflicts = (one: string, other: string): readonly (readonly [string, string])[] => [
  ['lines 2, 4, 6', `<<<<<<< HEAD\n${one}\n=======\n${other}\n>>>>>>> laptop\n`],
  ['lines 2, 4, 5, 7', `<<<<<<< HEAD\n${one}\n||||||| 1a2b3c\n=======\n${other}\n>>>>>>> laptop\n`],
  ['line 2', `>>>>>>> laptop\n${one}\n`],
];

it.each(conflicts('max_wait: 20', 'max_wait: 60'))(
  'a conflict in the configuration, at %s, is told before any word of YAML',
  (where, text) => {
    for (const written of [text, text.replaceAll('\n', '\r\n')]) {
      const { problems } = readDocument('/c', `main: openai/m\n${written}log: {}\n`);
      expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
        [2, 1, told(where)],
      ]);
    }
  },
);

it.each(conflicts('A=1', 'A=2'))('a conflict in .env, at %s, is told', (where, text) => {
  const [first] = findDotenvLosses(`B=1\n${text}`);
  expect(first).toMatchObject({ line: 2, what: told(where) });
});

it.each(conflicts('"keys": [],', '"keys": [{}],'))(
  'a conflict in credentials.json, at %s, is told',
  (where, text) => {
    const host = createFakeHost({ files: { '/k': `{\n${text}"version": 1}` } });
    const { problem, fix } = createCredentialsFile(host, '/k').current();
    expect(problem).toBe(`/k ${told(where)}`);
    expect(fix?.text).toContain('keep one of the two versions');
  },
);

it.each(['title: |\n  a\n  =======\n  b\n', 'note: "<<<<<<< HEAD"\n', 'note: |\n  <<<<<<< a\n'])(
  'a text with such marks in it is none: %j',
  (text) => {
    expect(findConflict(text)).toBeUndefined();
  },
);
