/** Conversations that moved to another key, in every store. */

import { expect, it } from 'vitest';
import { movedLimit } from '../../../src/store/policy.ts';
import type { MovedConversation, Store } from '../../../src/store/store.ts';
import { minute, type Present, start } from './rows.ts';

export function testMoved(store: Present): void {
  const row = (conversation: string, minutes: number, credential = 'k'): MovedConversation => ({
    conversation,
    credential,
    until: start + minutes * minute,
  });
  const movedIn = async (present: Store) =>
    [...(await present.readHealth()).moved].sort((a, b) => a.until - b.until);

  it('stay until their end, each with its last key', async () => {
    await store().putMoved([row('a', 60), row('b', 30)], start);
    await store().putMoved([row('a', 60, 'other')], start + 29 * minute);
    expect(await movedIn(store())).toEqual([row('b', 30), row('a', 60, 'other')]);
    await store().putMoved([row('c', 90)], start + 30 * minute);
    expect(await movedIn(store())).toEqual([row('a', 60, 'other'), row('c', 90)]);
  });

  it('are those that end last, of too many', async () => {
    const rows = Array.from({ length: movedLimit + 3 }, (_, index) => row(`${index}`, index + 1));
    await store().putMoved(rows, start);
    expect(await movedIn(store())).toEqual(rows.slice(3));
  });
}
