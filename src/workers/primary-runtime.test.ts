/** The runtime of a primary and a worker's store, over a state file on disk. */

import { expect, it } from 'vitest';
import { makeFolder } from '../../test/contracts/folder.ts';
import { firstLease, markOf } from '../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { createInPlaceStore } from '../store/sqlite/in-place.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { openPrimaryRuntime } from './primary-runtime.ts';

it('finds for its workers what another process has changed, before anybody looks at keys', async () => {
  const folder = makeFolder();
  const fake = createFakeHost({ environment: { HOLDFAST_HOME: folder.path } });
  const host = { ...fake, files: createNodeFiles() };
  const provider = { base_url: 'http://127.0.0.1:1', protocol: 'openai-chat', auth: 'none' };
  const config = { main: 'one/m', providers: { one: provider } };
  const onEvent = (): void => undefined;
  const { runtime, store } = openPrimaryRuntime({ host, config, onEvent });
  const worker = new SqliteStore(host, store.join());
  const other = createInPlaceStore(host, runtime.paths.stateFile);
  await worker.readHealth(); // behind the primary's
  const heard = new Promise((resolve) => worker.subscribe(resolve));
  const mark = markOf();
  await other.openMark(mark, firstLease);
  await fake.advance(250);
  expect(await heard).toMatchObject({ marks: [{ key: mark.key }] });
  await worker.close();
  await other.close();
  await runtime.close();
  folder.remove();
});
