/** Whatever page of the state file is damaged, it is found, and a good file has none. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../test/contracts/folder.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { sessionsLayout } from '../../sessions/layout.ts';
import { contentsLayout } from '../contents/content-file.ts';
import { descriptionsLayout } from '../descriptions/description-file.ts';
import { findDamage } from './find-damage.ts';
import { createInPlaceStore } from './in-place.ts';
import { stateLayout } from './sql.ts';

const pageBytes = 4096;

it('finds every damaged page', async () => {
  const folder = makeFolder();
  const path = `${folder.path}/state.db`;
  const files = createNodeFiles();
  expect(findDamage(files, path, stateLayout)).toBeUndefined();
  const store = createInPlaceStore({ ...createFakeHost(), files }, path);
  const records = Array.from({ length: 200 }, (_, at) => recordOf({ id: `hfr_${at}`, at }));
  await store.appendRecords(records, 60_000);
  await store.close();
  expect(findDamage(files, path, stateLayout)).toBeUndefined();
  const good = readFileSync(path);
  const pages = good.length / pageBytes;
  expect(pages).toBeGreaterThan(10);
  for (let page = 0; page < pages; page += 1) {
    const damaged = Buffer.from(good);
    damaged.fill(0xab, page * pageBytes, (page + 1) * pageBytes);
    writeFileSync(path, damaged);
    expect(findDamage(files, path, stateLayout), `page ${page}`).toMatchObject({
      code: 'store-corrupt',
      fix: { command: expect.stringContaining('damaged') },
    });
  }
  folder.remove();
});

it.each([
  ['the state file', stateLayout],
  ['the sessions file', sessionsLayout],
  ['what was asked and answered', contentsLayout],
  ['the descriptions of images', descriptionsLayout],
])(
  'a file that is no database is named, and what it costs to move it away: %s',
  (called, layout) => {
    const folder = makeFolder();
    const path = `${folder.path}/own.db`;
    const files = createNodeFiles();
    writeFileSync(path, 'no database '.repeat(1000));
    const found = findDamage(files, path, layout);
    expect(found?.message).toContain(`${called} ${path}`);
    expect(found?.fix).toMatchObject({ text: expect.stringContaining(layout.loses) });
    writeFileSync(path, '');
    // an empty file of what can be rebuilt is written anew
    const isLost = layout === sessionsLayout;
    expect(findDamage(files, path, layout)?.code).toBe(isLost ? 'store-corrupt' : undefined);
    folder.remove();
  },
);
