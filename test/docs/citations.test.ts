/**
 * What the code and the documents cite is in the repository: every document by its name, and every
 * law by its number.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = execFileSync(
  'git',
  ['ls-files', '*.ts', '*.mjs', '*.js', '*.json', '*.yaml', '*.md', '*.txt'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .filter((path) => existsSync(join(root, path)));

/** These name the documents of the agents that they connect. */
const citesOthers = (path: string): boolean => path.startsWith('src/connect/agents/');

/** The text of a file without the addresses in it. */
function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8').replace(/https?:\/\/[^\s)'"`]+/g, '');
}

/** The documents that a text names and that are neither at the root's path nor beside the file. */
function missingDocuments(path: string, text: string): readonly string[] {
  const named = [...text.matchAll(/[\w./-]*\w\.md\b/g)].map(([name]) => name);
  return named.filter((name) =>
    [root, join(root, dirname(path))].every((folder) => !existsSync(join(folder, name))),
  );
}

/** The numbers of the laws that a text cites, one or several at once: `laws 5, 6 and 14`. */
function citedLaws(text: string): readonly number[] {
  return [...text.matchAll(/\blaws?[\s*]+(\d+(?:(?:,| and| to)[\s*]+\d+)*)/gi)].flatMap(
    ([, numbers = '']) => [...numbers.matchAll(/\d+/g)].map(Number),
  );
}

const laws = [...readText('docs/laws.md').matchAll(/^## Law (\d+): /gm)].map(([, number]) =>
  Number(number),
);

describe('what is cited', () => {
  it('is looked for in the code, the tests, the documents and the corpus', () => {
    const some = [
      'src/access/run/access.ts',
      'test/contracts/store.ts',
      'docs/errors.md',
      'corpus/index.json',
    ];
    expect(files).toEqual(expect.arrayContaining(some));
    expect(files.flatMap((path) => citedLaws(readText(path))).length).toBeGreaterThan(100);
  });

  it('is a document of the repository', () => {
    const missing = files
      .filter((path) => !citesOthers(path))
      .flatMap((path) =>
        missingDocuments(path, readText(path)).map((name) => `${path} names ${name}`),
      );
    expect(missing).toEqual([]);
  });

  it('is a law of docs/laws.md', () => {
    const unknown = files.flatMap((path) =>
      citedLaws(readText(path))
        .filter((number) => !laws.includes(number))
        .map((number) => `${path} cites law ${number}`),
    );
    expect(unknown).toEqual([]);
  });

  it('is found by its number: the laws are counted from 1, each once', () => {
    expect(laws).toEqual(laws.map((_, index) => index + 1));
  });
});

describe('a citation', () => {
  // Put together here, so that this file cites nothing that is not there.
  const [name, beside] = ['failures', 'errors'].map((topic) => `${topic}.${'md'}`);

  it.each([
    ['of a document that is nowhere', `(${name} 3.1)`, [name]],
    ['of one in a folder that is there', `docs/${name} says why`, [`docs/${name}`]],
    ['of a document at the root, and of one beside the file', `ARCHITECTURE.md, ${beside}`, []],
  ])('%s', (_name, text, missing) => {
    expect(missingDocuments('docs/state.md', text)).toEqual(missing);
  });

  it.each([
    ['of one law', 'Law 9: alike', [9]],
    ['of several', 'held (laws 5, 6 and 14)', [5, 6, 14]],
    ['over the end of a line', 'once (law\n * 8)', [8]],
    ['of none', 'the law is one second', []],
  ])('%s', (_name, text, numbers) => {
    expect(citedLaws(text)).toEqual(numbers);
  });
});
