/** A state file of each earlier version takes what this version stores of limits. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import { readingOf } from '../../../test/contracts/store/limits.ts';
import { start } from '../../../test/contracts/store/rows.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { createOperations } from './operations.ts';
import { migrations } from './sql.ts';
import { StateFile } from './state-file.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

it.each(migrations.map((_, version) => version + 1))('of version %i', (version) => {
  const path = join(folder.path, 'state', 'state.db');
  mkdirSync(join(path, '..'));
  const old = new DatabaseSync(path);
  const steps = migrations.slice(0, version).join(';');
  old.exec(`PRAGMA journal_mode = WAL; ${steps}; PRAGMA user_version = ${version}`);
  old.close();
  const operations = createOperations(new StateFile({ files: createNodeFiles(), path }));
  expect(operations.readHealth().limits).toEqual([]);
  operations.putLimits([readingOf('a', [0, 1])], start);
  expect(operations.readHealth().limits).toEqual([readingOf('a', [0, 1])]);
  operations.close();
});
