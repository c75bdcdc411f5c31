/** A database is three files: which of them this user may not open is told, with a line for all. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { StoreError } from '../../errors.ts';
import { toStoreFault } from './faults.ts';

const folder = makeFolder();
afterAll(() => folder.remove());
const path = join(folder.path, 'state.db');
const layout = { called: 'the state file', loses: 'nothing' };
const denied = Object.assign(new Error('EACCES: permission denied, access'), { code: 'EACCES' });
const cannotOpen = Object.assign(new Error('unable to open database file'), { errcode: 14 });

it.each([
  [[''], ''],
  [['-wal'], 'state.db-wal beside it: '],
  [['-shm'], 'state.db-shm beside it: '],
  [['-wal', '-shm'], 'state.db-wal beside it: '],
  [['', '-wal', '-shm'], ''],
])('of three files those that are shut are named, and opened by one line: %j', (ends, told) => {
  const shut = ends.map((end) => `${path}${end}`);
  for (const one of shut) writeFileSync(one, '');
  const files = {
    findFileFault: (one: string) => (shut.includes(one) ? denied : undefined),
    findWriteFault: () => undefined,
  };
  const fault = toStoreFault(cannotOpen, { files, path, layout });
  expect(fault).toBeInstanceOf(StoreError);
  expect(fault).toMatchObject({
    code: 'store-unreadable',
    message: `the state file ${path}: ${told}this user may not read or write it`,
    fix: { command: `chmod u+rw ${shut.join(' ')}` },
  });
});
