/**
 * The sessions file between real processes: one is killed in the middle of an answer, several write
 * at once.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { SessionStore } from '../../src/sessions/store.ts';
import { type Folder, makeFolder } from '../contracts/folder.ts';

const host = createNodeHost();
let folder: Folder;
let path: string;
let store: SessionStore;
beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'sessions.db');
  store = new SessionStore({ host, path });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

function start(...orders: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, '../processes/session-process.ts'), [path, ...orders]);
}

it('what was written of an answer survives kill -9, and says that it was not finished', async () => {
  const writer = start('stream');
  let written = 0;
  writer.on('message', (length) => {
    written = Number(length);
    if (written > 5000) writer.kill('SIGKILL');
  });
  await once(writer, 'exit');
  const head = await store.find('last');
  const said = (await store.show(head?.id ?? ''))?.said ?? [];
  expect(said.map(({ role, state }) => [role, state])).toEqual([
    ['user', 'whole'],
    ['assistant', 'streaming'],
  ]);
  expect(said[1]?.text.length).toBeGreaterThanOrEqual(written);
  expect(await store.search('word word', 10)).toHaveLength(1);
});

it('processes that write at once lose no turn', async () => {
  const { id } = await store.create();
  const writers = [1, 2, 3].map(() => start('crowd', id));
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0]);
  const texts = (await store.show(id))?.said.map(({ text }) => text) ?? [];
  const expected = writers.flatMap(({ pid }) =>
    Array.from({ length: 50 }, (_, index) => `${pid} ${index}.`),
  );
  expect(texts.toSorted()).toEqual(expected.toSorted());
});
