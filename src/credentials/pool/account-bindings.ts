/**
 * Remembers which account made ids of responses, items and conversations, and encrypted reasoning.
 * Answers add them, requests look them up (docs/protocols.md). In memory, with the store behind it;
 * an answer never waits for it.
 */

import type { Clock } from '../../host.ts';
import type { Booking } from '../../model/spending.ts';
import { Batches } from '../../store/batches.ts';
import type { BoundId, Store } from '../../store/store.ts';
import { RecentMap } from '../recent/recent-map.ts';

/** The account of a credential, at the origin where it is valid. */
export interface AccountOwner {
  readonly origin: string;
  readonly account: string;
}

/** What is known of an id. */
export interface IdOwner extends AccountOwner {
  /** The caller that made it. Absent: unknown. */
  readonly maker?: string | undefined;
  /** A file or a batch, which is remembered longer. Default: false. */
  readonly isLasting?: true | undefined;
}

/** What an answer in the background leaves open. */
export interface Debt {
  /** The id of the target that makes it: what it uses has this one's prices. */
  readonly target: string;
  /** What its budgets have counted for it until then. Absent: it has none. */
  readonly booking?: Booking | undefined;
}

/** Limits the names in memory; the store keeps all of them for 30 days. */
const knownLimit = 50_000;
/**
 * The store is asked again for an unknown name after this time, because another process may have
 * learned it.
 */
const unknownMs = 60_000;

type BoundIdStore = Pick<Store, 'bindIds' | 'findBoundId' | 'takeBoundId'>;

interface KnownOwner {
  readonly owner: IdOwner | undefined;
  readonly at: number;
}

export class AccountBindings {
  readonly #clock: Clock;
  readonly #store: BoundIdStore;
  readonly #onFault: (error: unknown) => void;
  readonly #known = new RecentMap<string, KnownOwner>(knownLimit);
  readonly #waiting: Batches<BoundId>;

  constructor(clock: Clock, store: BoundIdStore, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#store = store;
    this.#onFault = onFault;
    this.#waiting = new Batches({ clock, write: (ids) => store.bindIds(ids), onFault });
  }

  /**
   * Never waits and never throws, and writes nothing that is known already. Who made it is never
   * changed: another caller may name it.
   */
  remember(names: readonly string[], owner: IdOwner): void {
    const at = this.#clock.now();
    for (const name of names) {
      const known = this.#known.get(name)?.owner;
      if (isSameOwner(known, owner)) continue;
      const { maker } = known ?? owner;
      this.#known.set(name, { owner: { ...owner, maker }, at });
      this.#waiting.add({ id: name, ...owner, maker, at });
    }
  }

  /** Returns the owners of those names that have a known one. */
  async ownersOf(names: readonly string[]): Promise<ReadonlyMap<string, IdOwner>> {
    const owners = new Map<string, IdOwner>();
    await Promise.all(
      names.map(async (name) => {
        const owner = this.#recall(name) ?? (await this.#read(name));
        if (owner !== undefined && owner !== 'nobody') owners.set(name, owner);
      }),
    );
    return owners;
  }

  /** An answer is being made in the background: what it has used is known once it is fetched. */
  owe(name: string, { origin, account }: AccountOwner, debt: Debt): void {
    const maker = JSON.stringify(debt);
    this.#waiting.add({ id: owedName(name), origin, account, maker, at: this.#clock.now() });
    void this.#waiting.flush(); // another process may be asked for it at once
  }

  /** Returns the debt of `owe`, to the first that asks of all processes. */
  async takeOwed(name: string): Promise<Debt | undefined> {
    try {
      await this.#waiting.flush();
      const row = await this.#store.takeBoundId(owedName(name));
      return row?.maker === undefined ? undefined : JSON.parse(row.maker);
    } catch (error) {
      this.#onFault(error);
      return undefined;
    }
  }

  /** Writes what is pending. */
  async close(): Promise<void> {
    await this.#waiting.close();
  }

  #recall(name: string): IdOwner | 'nobody' | undefined {
    const known = this.#known.get(name);
    if (known === undefined) return undefined;
    if (known.owner !== undefined) return known.owner;
    return this.#clock.now() - known.at < unknownMs ? 'nobody' : undefined;
  }

  async #read(name: string): Promise<IdOwner | undefined> {
    try {
      const row = await this.#store.findBoundId(name);
      if (row === undefined) {
        this.#known.set(name, { owner: undefined, at: this.#clock.now() });
        return undefined;
      }
      const { id: _, at: __, ...owner } = row;
      this.#known.set(name, { owner, at: this.#clock.now() });
      return owner;
    } catch (error) {
      this.#onFault(error);
      return undefined;
    }
  }
}

/** No id of a provider has a space. */
function owedName(name: string): string {
  return `owed ${name}`;
}

export function isSameOwner(
  one: AccountOwner | undefined,
  other: AccountOwner | undefined,
): boolean {
  return one?.origin === other?.origin && one?.account === other?.account;
}
