/**
 * A process that writes into a sessions file. Arguments: the file, what to do, texts. `add`: a
 * session with these turns. `stream`: a session whose answer grows without end, told after each
 * write. `crowd`: fifty turns to the session named, told when done.
 */

import { createNodeHost } from '../../src/host/node-host.ts';
import { SessionStore } from '../../src/sessions/store.ts';

const [, , path = '', order = '', ...texts] = process.argv;
const host = createNodeHost();
const store = new SessionStore({ host, path });
const roles = ['user', 'assistant'] as const;

async function add(): Promise<void> {
  const { id } = await store.create();
  for (const [index, text] of texts.entries())
    await store.addTurn(id, {
      role: roles[index % 2] ?? 'user',
      text,
      ...(index % 2 === 0 ? {} : answered),
    });
}

const answered = { model: 'sim/echo', usd: 0.0125 };

async function stream(): Promise<never> {
  const { id } = await store.create();
  await store.addTurn(id, { role: 'user', text: 'tell me a long story' });
  const number = await store.addTurn(id, { role: 'assistant', text: '', state: 'streaming' });
  for (let text = 'so: '; ; text += 'word '.repeat(50)) {
    await store.writeTurn(id, { number, role: 'assistant', text, state: 'streaming' });
    process.send?.(text.length);
    await host.clock.sleep(1);
  }
}

async function crowd(id: string): Promise<void> {
  for (let index = 0; index < 50; index += 1) {
    const number = await store.addTurn(id, { role: 'assistant', text: '', state: 'streaming' });
    const text = `${process.pid} ${index}`;
    await store.writeTurn(id, { number, role: 'assistant', text, state: 'streaming' });
    await store.writeTurn(id, { number, role: 'assistant', text: `${text}.`, state: 'whole' });
  }
}

if (order === 'stream') await stream();
await (order === 'add' ? add() : crowd(texts[0] ?? ''));
await store.close();
await host.close();
