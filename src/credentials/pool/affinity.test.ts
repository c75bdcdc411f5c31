/** A conversation asks its home, moves when it must, and then stays, in every process. */

import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { MovedConversation } from '../../store/store.ts';
import { Affinity } from './affinity.ts';
import { CredentialPool } from './pool.ts';

const minute = 60_000;
const talk = hash('sha256', 'talk').slice(0, 16);

function stage() {
  const host = createFakeHost();
  const store = new ReferenceStore();
  const faults: unknown[] = [];
  const written: (readonly MovedConversation[])[] = [];
  /** A process; `look` takes over what the others wrote, as a poll of the store does. */
  const start = () => {
    const health = { moved: new Map<string, MovedConversation>() };
    const affinity = new Affinity({
      clock: host.clock,
      store: {
        putMoved: (rows, now) => {
          written.push(rows);
          return store.putMoved(rows, now);
        },
      },
      health,
      onFault: (fault) => faults.push(fault),
    });
    const look = async (): Promise<void> => {
      const { moved } = await store.readHealth();
      health.moved = new Map(moved.map((row) => [row.conversation, row]));
    };
    return { affinity, look };
  };
  return { host, start, written, faults };
}

function poolOf(names: readonly string[]): CredentialPool {
  const credentials = names.map((label) => ({
    id: `p:config:${label}`,
    provider: 'p',
    label,
    source: 'config' as const,
    locator: { kind: 'literal' as const, value: `sk-test-${label}` },
    origin: 'https://p.example',
  }));
  return new CredentialPool({ credentials, selection: 'round-robin', random: () => 0 });
}

/** Its ids in the order of the conversation. */
function orderIn(pool: CredentialPool): readonly [string, string, string] {
  const [home = '', next = '', last = ''] = [...pool.walk(0, 0, talk)].map(({ id }) => id);
  return [home, next, last];
}

describe('a conversation', () => {
  const pool = poolOf(['a', 'b', 'c', 'd']);
  const [home, next, last] = orderIn(pool);

  it('asks its home, and as long as that answers nothing is written', async () => {
    const { host, start, written } = stage();
    const { affinity } = start();
    for (let turn = 0; turn < 30; turn++) {
      expect(affinity.keyOf(talk, pool)).toBe(home);
      expect(affinity.noteAnswered(talk, pool, home)).toBeUndefined();
      await host.advance(10 * minute);
    }
    expect([written, affinity.isEmpty]).toEqual([[], true]);
  });

  it('stays where it moved, and says once what it left', async () => {
    const { host, start, written } = stage();
    const { affinity } = start();
    expect(affinity.noteAnswered(talk, pool, next)).toBe(home);
    for (let turn = 0; turn < 5; turn++) {
      await host.advance(2 * minute);
      expect(affinity.keyOf(talk, pool)).toBe(next);
      expect(affinity.noteAnswered(talk, pool, next)).toBeUndefined();
    }
    expect(written).toHaveLength(1);
  });

  it('is renewed at most every half hour, and goes home an hour after its last use', async () => {
    const { host, start, written } = stage();
    const { affinity } = start();
    affinity.noteAnswered(talk, pool, next);
    for (let turn = 0; turn < 12; turn++) {
      await host.advance(10 * minute);
      affinity.noteAnswered(talk, pool, next);
    }
    expect(affinity.keyOf(talk, pool)).toBe(next);
    await host.advance(minute);
    expect(written).toHaveLength(5);
    await host.advance(60 * minute);
    expect(affinity.keyOf(talk, pool)).toBe(home);
  });

  it('moves on from a key that it moved to, or back home', async () => {
    const { start } = stage();
    const { affinity } = start();
    affinity.noteAnswered(talk, pool, next);
    expect(affinity.noteAnswered(talk, pool, last)).toBe(next);
    expect(affinity.noteAnswered(talk, pool, home)).toBe(last);
    expect(affinity.keyOf(talk, pool)).toBe(home);
  });

  it('is where another process moved it, and whoever moved it last is right', async () => {
    const { host, start } = stage();
    const [one, other] = [start(), start()];
    one.affinity.noteAnswered(talk, pool, next);
    await host.advance(1000);
    await other.look();
    expect(other.affinity.keyOf(talk, pool)).toBe(next);
    expect(other.affinity.noteAnswered(talk, pool, last)).toBe(next);
    await host.advance(1000);
    await one.look();
    expect([one.affinity, other.affinity].map((each) => each.keyOf(talk, pool))).toEqual([
      last,
      last,
    ]);
  });

  it('is written when the process ends', async () => {
    const { start } = stage();
    const [one, other] = [start(), start()];
    one.affinity.noteAnswered(talk, pool, next);
    await one.affinity.close();
    await other.look();
    expect(other.affinity.keyOf(talk, pool)).toBe(next);
  });

  it('goes home in a pool that does not have its key', () => {
    const { start } = stage();
    const { affinity } = start();
    affinity.noteAnswered(talk, pool, next);
    const rest = poolOf(['a', 'b', 'c', 'd'].filter((label) => !next.endsWith(label)));
    expect(affinity.keyOf(talk, rest)).toBe(orderIn(rest)[0]);
  });

  it('goes home when the clock was set back behind the move', () => {
    const { host, start } = stage();
    const { affinity } = start();
    affinity.noteAnswered(talk, pool, next);
    host.jump(-2 * minute);
    expect(affinity.keyOf(talk, pool)).toBe(home);
  });
});
