/** SQLite in this thread keeps the contract of every store. */

import { makeFolder } from '../../../test/contracts/folder.ts';
import { testStore } from '../../../test/contracts/store.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { createInPlaceStore } from './in-place.ts';

testStore('SqliteStore in place', async () => {
  const folder = makeFolder();
  const host = { ...createFakeHost(), files: createNodeFiles() };
  const store = createInPlaceStore(host, `${folder.path}/state/state.db`);
  const close = async (): Promise<void> => {
    await store.close();
    folder.remove();
  };
  return { store, close };
});
