/** A file of ours from which something was erased: no byte of it is left in the folder. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { DatabaseFile } from './database-file.ts';

const statements = {
  write: 'INSERT INTO words VALUES (?)',
  list: 'SELECT * FROM words',
  erase: 'DELETE FROM words',
};
const steps = [
  'CREATE TABLE words (word TEXT) STRICT',
  'ALTER TABLE words ADD COLUMN language TEXT',
];

let folder: Folder;
let files: DatabaseFile<keyof typeof statements>[];
beforeEach(() => {
  folder = makeFolder();
  files = [];
});
afterEach(() => {
  for (const file of files) file.close();
  folder.remove();
});

/** As a program of this version opens it. */
function open(version: number): DatabaseFile<keyof typeof statements> {
  const pragmas = 'PRAGMA secure_delete = ON';
  const migrations = steps.slice(0, version);
  const layout = { called: 'the words', loses: 'all', migrations, statements, pragmas };
  const file = new DatabaseFile({
    files: createNodeFiles(),
    path: join(folder.path, 'words.db'),
    layout,
  });
  files.push(file);
  return file;
}

function filesWith(word: string): readonly string[] {
  return readdirSync(folder.path).filter((name) =>
    readFileSync(join(folder.path, name)).includes(word),
  );
}

it('not in the file, nor in its log, nor in the copy that the former version left', () => {
  open(1).write((database) => database.run('write', ['unmistakable']));
  const file = open(2);
  file.write((database) => database.run('erase'));
  expect(filesWith('unmistakable')).toContain('words.db.v1');
  file.leaveNoTrace();
  expect(filesWith('unmistakable')).toEqual([]);
});

it('while another process reads it, says so and does not claim that it is gone', () => {
  const [file, reader] = [open(1), open(1)];
  file.write((database) => database.run('write', ['unmistakable']));
  reader.read((database) => {
    database.all('list');
    file.write((other) => other.run('erase'));
    expect(() => file.leaveNoTrace()).toThrow(
      /the words .*words\.db: another process is reading what was erased/,
    );
  });
  file.leaveNoTrace();
  expect(filesWith('unmistakable')).toEqual([]);
});
