/** The size of a sessions file with as many turns as people have. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { SessionStore } from '../../src/sessions/store.ts';
import { makeFolder } from '../contracts/folder.ts';
import { createConversation } from '../fakes/conversation.ts';

it('10,000 turns take at most twice their text', async () => {
  const folder = makeFolder();
  const path = join(folder.path, 'sessions.db');
  const host = createNodeHost();
  const store = new SessionStore({ host, path });
  const conversation = createConversation();
  let bytes = 0;
  for (let session = 0; session < 200; session += 1) {
    const { id } = await store.create();
    for (let turn = 0; turn < 50; turn += 1) {
      const text = conversation.next();
      bytes += Buffer.byteLength(text);
      await store.addTurn(id, {
        role: turn % 2 === 0 ? 'user' : 'assistant',
        text,
        model: 'sim/echo',
      });
    }
  }
  await store.close();
  await host.close();
  const { size } = statSync(path);
  folder.remove();
  expect(size / bytes).toBeLessThan(2);
}, 240_000);
