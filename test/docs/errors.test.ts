/**
 * docs/errors.md against the code: every error code is used, explained with its exit status, and
 * expected by a test.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toExitStatus } from '../../src/cli/terminal/exit.ts';
import { AccessError, answerCodes, errorCodes } from '../../src/errors.ts';
import { failureClasses } from '../../src/failures/classes.ts';

const root = join(import.meta.dirname, '../..');

/** The text of every file under the folders whose path is wanted. */
function readAll(folders: readonly string[], isWanted: (path: string) => boolean): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    )
    .filter(isWanted)
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
}

const isTest = (path: string): boolean => /\.test\.ts$|transcripts\/.*\.txt$/.test(path);
const isSource = (path: string): boolean => path.endsWith('.ts') && !isTest(path);
const tables = ['src/errors.ts', 'src/cli/terminal/exit.ts'];
const program = readAll(['src'], (path) => isSource(path) && !tables.includes(path));
const tests = readAll(
  ['src', 'test'],
  (path) => isTest(path) && path !== 'test/docs/errors.test.ts',
);

/** Rows of the table of codes: the codes of a row, and its cells. */
const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, codes = '', meaning = '', , exit = '', fix = '']) => ({
    codes: [...codes.matchAll(/`([^`]+)`/g)].map(([, code]) => code),
    meaning,
    exit,
    fix,
  }));

describe.each(errorCodes)('the error code %s', (code) => {
  const row = rows?.find(({ codes }) => codes.includes(code));

  it('is used by the program', () => {
    expect(program).toContain(`'${code}'`);
  });

  it('has a row that says what it means and what to do, with its exit status', () => {
    expect(row).toMatchObject({
      meaning: expect.stringMatching(/\w/),
      fix: expect.stringMatching(/\S/),
    });
    expect(row?.exit).toContain(String(toExitStatus(new AccessError(code, 'any'))));
  });

  it('is expected by a test, in our words or as clients see it', () => {
    expect([code, code.replaceAll('-', '_')].some((name) => tests.includes(name))).toBe(true);
  });
});

const answering = ['src/access', 'src/gateway', 'src/protocols', 'src/cli'];

/**
 * Written out where an answer or a document of ours is made; what a warning is called is no error.
 */
const written = readAll(answering, isSource);
const literals = [...written.matchAll(/(?<!type: 'warning',\s*)\bcode: '([^']+)'/g)].map(
  ([, code = '']) => code,
);
const classes = Object.keys(failureClasses);

describe.each([...new Set<string>([...answerCodes, ...literals])])(
  'the code %s of an answer',
  (code) => {
    it('has a row of its own, or one under its name with hyphens, or is a failure class', () => {
      const told = [...(rows ?? []).flatMap(({ codes }) => codes), ...classes];
      expect([code, code.replaceAll('_', '-')].some((name) => told.includes(name))).toBe(true);
    });
  },
);

it('every code of the table exists', () => {
  const known: readonly string[] = [...errorCodes, ...answerCodes, ...literals];
  expect(rows?.flatMap(({ codes }) => codes).filter((code) => !known.includes(code ?? ''))).toEqual(
    [],
  );
});

/** What each move is called in the table of failure classes, in the order in which it is made. */
const words = {
  reread: /read the source again/,
  amend: /amended/,
  rotate: /another key/,
  'next-target': /next target(?! that may)/,
  retry: /(one retry|two retries)(?! if it)/,
  'retry-last': /one retry if it is the last target/,
  wait: /→ wait$/,
  'next-target-with-larger-window': /next target that may have a larger window/,
} as const;

describe.each(Object.entries(failureClasses))('the failure class %s', (name, { moves }) => {
  const lines = readFileSync(join(root, 'docs/errors.md'), 'utf8').split('\n');
  const row = lines
    .filter((line) => line.split('|')[1]?.includes(`\`${name}\``))
    .map((line) => line.split('|')[3]?.trim());

  it('has one row, which names its moves in order', () => {
    const told = moves.flatMap(({ move }) => (move in words ? [move] : []));
    const found = Object.entries(words).filter(([, word]) => word.test(row[0] ?? ''));
    expect({ rows: row.length, moves: found.map(([move]) => move).sort() }).toEqual({
      rows: 1,
      moves: told.sort(),
    });
  });
});

it('is complete in the description of the admin API: `npm run describe-admin` after a new class', () => {
  const description = JSON.parse(readFileSync(join(root, 'schema/admin.openapi.json'), 'utf8'));
  const { enum: described } = description.components.schemas.FailureClass;
  expect([...described].sort()).toEqual(Object.keys(failureClasses).sort());
});
