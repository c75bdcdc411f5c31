/** What has worked outlasts the version whose rows had a site and a model in one column. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
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

it.each([
  ['https://p.example/v1', { site: 'https://p.example/v1' }],
  ['https://p.example/v1 m', { site: 'https://p.example/v1', model: 'm' }],
  ['https://p.example a b c', { site: 'https://p.example', model: 'a b c' }],
  ['https://p.example/v1 ', { site: 'https://p.example/v1' }],
])('a row of %j is kept', (place, fields) => {
  const path = join(folder.path, 'state', 'state.db');
  mkdirSync(join(path, '..'));
  const seventh = new DatabaseSync(path);
  seventh.exec(`PRAGMA journal_mode = WAL; ${migrations.slice(0, 7).join(';')}; PRAGMA user_version = 7;
    INSERT INTO proven VALUES ('${place}', 'sha256:a', ${start});
    INSERT INTO proven VALUES ('https://q.example', 'sha256:a', ${start - 1});`);
  // An empty model has the same row as none: the later time is kept.
  if (place.endsWith(' '))
    seventh.exec(`INSERT INTO proven VALUES ('${place.trim()}', 'sha256:a', ${start - 1})`);
  seventh.close();
  const operations = createOperations(new StateFile({ files: createNodeFiles(), path }));
  expect(operations.readHealth().proven).toEqual([
    { ...fields, fingerprint: 'sha256:a', at: start },
    { site: 'https://q.example', fingerprint: 'sha256:a', at: start - 1 },
  ]);
  operations.close();
});
