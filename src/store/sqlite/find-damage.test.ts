/** Whatever page of the state file is damaged, it is found, and a good file has none. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { findDamage } from './find-damage.ts';
import { createInPlaceStore } from './in-place.ts';

const pageBytes = 4096;

it('finds every damaged page', async () => {
  const folder = makeFolder();
  const path = `${folder.path}/state.db`;
  const files = createNodeFiles();
  expect(findDamage(files, path)).toBeUndefined();
  const store = createInPlaceStore({ ...createFakeHost(), files }, path);
  const records = Array.from({ length: 200 }, (_, at) => recordOf({ id: `hfr_${at}`, at }));
  await store.appendRecords(records, 60_000);
  await store.close();
  expect(findDamage(files, path)).toBeUndefined();
  const good = readFileSync(path);
  const pages = good.length / pageBytes;
  expect(pages).toBeGreaterThan(10);
  for (let page = 0; page < pages; page += 1) {
    const damaged = Buffer.from(good);
    damaged.fill(0xab, page * pageBytes, (page + 1) * pageBytes);
    writeFileSync(path, damaged);
    expect(findDamage(files, path), `page ${page}`).toMatchObject({
      code: 'store-corrupt',
      fix: { command: expect.stringContaining('damaged') },
    });
  }
  folder.remove();
});
