/**
 * Keeps a conversation on one key, so that a provider's prompt cache stays warm: on its home, which
 * every process finds alike (`CredentialPool.homeOf`), and once it had to leave that, on the key
 * that answered. Only such a move is stored, in the state, for all processes.
 */

import { hash } from 'node:crypto';
import type { Clock } from '../../host.ts';
import { Batches } from '../../store/batches.ts';
import { movedLimit } from '../../store/policy.ts';
import type { MovedConversation, Store } from '../../store/store.ts';
import { RecentMap } from '../recent/recent-map.ts';
import type { CredentialPool } from './pool.ts';

/** A conversation that was not continued for so long goes home: vendors keep no cache longer. */
const movedMs = 3_600_000;
/** While it goes on, its end is moved at most this often. */
const renewMs = 1_800_000;

interface AffinityParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'putMoved'>;
  /** Has the rows that other processes wrote. */
  readonly health: { readonly moved: ReadonlyMap<string, MovedConversation> };
  readonly onFault: (error: unknown) => void;
}

export class Affinity {
  readonly #parts: AffinityParts;
  /** The rows of this process; the later end counts. */
  readonly #own = new RecentMap<string, MovedConversation>(movedLimit);
  readonly #waiting: Batches<MovedConversation>;

  constructor(parts: AffinityParts) {
    const { clock, store, onFault } = parts;
    this.#parts = parts;
    const write = (rows: readonly MovedConversation[]): Promise<void> =>
      store.putMoved(rows, clock.now());
    this.#waiting = new Batches({ clock, write, onFault, limit: movedLimit });
  }

  /** True while no conversation has moved. */
  get isEmpty(): boolean {
    return this.#own.size + this.#parts.health.moved.size === 0;
  }

  /** Returns the id of the credential of this pool that the conversation asks first. */
  keyOf(conversation: string, pool: CredentialPool): string | undefined {
    return this.#movedWithin(pool, conversation)?.credential ?? pool.homeOf(conversation)?.id;
  }

  /**
   * It was answered with this credential and stays with it. Returns the id of the one that it had
   * to leave for it; undefined if it has not moved.
   */
  noteAnswered(conversation: string, pool: CredentialPool, credential: string): string | undefined {
    const row = this.#movedWithin(pool, conversation);
    const before = row?.credential ?? pool.homeOf(conversation)?.id;
    const until = this.#parts.clock.now() + movedMs;
    const isOld = row !== undefined && until - row.until >= renewMs;
    if (before === credential && !isOld) return undefined;
    const moved = { conversation, credential, until };
    this.#own.set(conversation, moved);
    this.#waiting.add(moved);
    return before === credential ? undefined : before;
  }

  /** Writes what is pending. */
  async close(): Promise<void> {
    await this.#waiting.close();
  }

  /** Returns its row, unless that is over, or of another pool or clock. */
  #movedWithin(pool: CredentialPool, conversation: string): MovedConversation | undefined {
    const { clock, health } = this.#parts;
    const own = this.#own.get(conversation);
    const other = health.moved.get(conversation);
    const row = (other?.until ?? 0) > (own?.until ?? 0) ? other : own;
    if (row === undefined || pool.find(row.credential) === undefined) return undefined;
    const leftMs = row.until - clock.now();
    return leftMs > 0 && leftMs <= movedMs ? row : undefined;
  }
}

/** Returns what the state keeps of the id of a conversation. */
export function hashConversation(id = ''): string {
  return id && hash('sha256', id).slice(0, 16);
}
