/** What a worker tells of its requests, and what its primary makes of it when the worker dies. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { recordOf } from '../../test/fakes/record.ts';
import type { BegunRequest } from '../model/record.ts';
import { encodeBatch, parseBatch, type RequestBatch } from './messages.ts';
import { OpenRequests } from './open-requests.ts';
import { ToldRequests } from './told-requests.ts';

const begun = (id: string): BegunRequest => ({
  id,
  at: 1000,
  task: 'main',
  model: 'main',
  protocol: 'openai-chat',
  operation: 'generate',
  streamed: true,
});

function createBooks() {
  const { clock, advance } = createFakeHost();
  const batches: RequestBatch[] = [];
  const send = (batch: RequestBatch) => batches.push(parseBatch(encodeBatch(batch)));
  const books = new ToldRequests(clock, send);
  return { books, batches, advance };
}

it('tells a request that begins and ends within 20 ms once, by its record', async () => {
  const { books, batches, advance } = createBooks();
  const record = recordOf({ id: 'a' });
  books.begin(begun('a'));
  books.leave('a');
  books.end(record);
  books.note(record);
  await advance(20);
  expect(batches).toEqual([{ requests: [{ record, isCounted: true }], refused: [] }]);
});

it('tells a longer one when it begins, and again when it ends', async () => {
  const { books, batches, advance } = createBooks();
  const record = recordOf({ id: 'a' });
  books.begin(begun('a'));
  await advance(20);
  books.leave('a');
  books.end(record);
  await advance(20);
  expect(batches).toEqual([
    { requests: [{ begun: begun('a') }], refused: [] },
    { requests: [{ record, isCounted: false }], refused: [] },
  ]);
});

it('tells one that ends without a record, so that nobody waits for it', async () => {
  const { books, batches, advance } = createBooks();
  books.begin(begun('a'));
  await advance(20);
  books.leave('a');
  await advance(20);
  expect(batches[1]).toEqual({ requests: [{ dropped: 'a' }], refused: [] });
});

it('records as failed what a dead worker had begun and not ended', () => {
  const open = new OpenRequests();
  for (const id of ['a', 'b', 'c']) open.note({ begun: begun(id) });
  open.note({ record: recordOf({ id: 'b' }), isCounted: true });
  open.note({ dropped: 'c' });
  expect(open.count).toBe(1);
  expect(open.cutOff('SIGKILL', 1500)).toEqual([
    {
      ...begun('a'),
      durationMs: 500,
      outcome: 'failed',
      attempts: [],
      skipped: [],
      cause: 'local',
      unmetered: 1,
      notes: ['the worker process that served it ended (SIGKILL)'],
    },
  ]);
  expect(open.cutOff('SIGKILL', 1500)).toEqual([]);
});
