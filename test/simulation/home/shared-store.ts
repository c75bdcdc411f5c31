/**
 * The store as one process of a home sees it: what the process does to it is watched, what others
 * change is told to it within a second, and of a killed process nothing arrives any more.
 */

import type { Clock } from '../../../src/host.ts';
import type { Mark, Scope } from '../../../src/model/failure.ts';
import type { HealthSnapshot, Store } from '../../../src/store/store.ts';

/** What was seen of the store's health, as its users were told. */
export class StoreWatch {
  readonly marks = new Map<string, { readonly mark: Mark; readonly openedAt: number }>();
  readonly claims = new Map<string, { readonly owner: string; readonly until: number }>();
  /** Marks since the last judgement, and what was odd about them. */
  opened: Mark[] = [];
  odd: string[] = [];
  /** Marks that a reset forbids. */
  unreset: string[] = [];
  readonly #resets: number[] = [];
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #listeners = new Map<Life, Set<(snapshot: HealthSnapshot) => void>>();

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  noteOpened(mark: Mark, inForce: Mark | undefined, leasedAt: number): void {
    if (inForce === undefined) return;
    if (this.marks.get(mark.key)?.mark.since === inForce.since) return;
    this.marks.set(mark.key, { mark: inForce, openedAt: this.#clock.monotonic() });
    this.claims.delete(mark.key); // a probe ends with its window
    if (inForce.since !== mark.since) return;
    this.opened.push(inForce);
    if (this.#resets.some((at) => at >= leasedAt && at <= this.#clock.now()))
      this.unreset.push(`the mark "${mark.key}" is of a lease from before a reset`);
  }

  /** They may be gone soon, and are judged no more. */
  noteLeaving(keys: readonly string[]): void {
    for (const key of keys) {
      this.claims.delete(key);
      const known = this.marks.get(key);
      if (known !== undefined)
        this.marks.set(key, { ...known, openedAt: Number.POSITIVE_INFINITY });
    }
  }

  noteClosed(keys: readonly string[]): void {
    for (const key of keys) {
      this.marks.delete(key);
      this.claims.delete(key);
    }
  }

  /** Only resets of everything are looked at. */
  noteReset(pattern: Scope, at: number): void {
    if (Object.keys(pattern).length === 0) this.#resets.push(at);
  }

  noteClaim(keys: readonly string[], owner: string, until: number): void {
    const now = this.#clock.now();
    for (const key of keys) {
      const held = this.claims.get(key);
      if (
        held !== undefined &&
        held.owner !== owner &&
        held.until > now &&
        held.until - now < 15_000
      )
        this.odd.push(`${owner} was given the probe of "${key}" while ${held.owner} had it`);
      this.claims.set(key, { owner, until });
    }
  }

  noteReleased(keys: readonly string[], owner: string): void {
    for (const key of keys) if (this.claims.get(key)?.owner === owner) this.claims.delete(key);
  }

  /** Open marks that every process has known for a while. */
  listKnown(): readonly Mark[] {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    return [...this.marks.values()]
      .filter(
        ({ mark, openedAt }) =>
          monotonic - openedAt > 1300 && mark.since <= now && now < mark.until,
      )
      .map(({ mark }) => mark);
  }

  listen(life: Life, listener: (snapshot: HealthSnapshot) => void): () => void {
    const listeners = this.#listeners.get(life) ?? new Set();
    this.#listeners.set(life, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Tells the others, as their next poll would. */
  tellOthers(from: Life, store: Store): void {
    for (const [life, listeners] of this.#listeners) {
      if (life === from || life.isOver || life.isTold) continue;
      life.isTold = true;
      life.clock.startTimer(250, () => {
        life.isTold = false;
        void store.readHealth().then((snapshot) => {
          for (const listener of listeners) listener(snapshot);
        });
      });
    }
  }
}

/** One run of one process. */
export interface Life {
  readonly name: string;
  readonly clock: Clock;
  /** It was killed or has ended. */
  isOver: boolean;
  /** A poll of its store is due. */
  isTold: boolean;
  /** How long its store takes for each answer. */
  readonly storeMs: number;
}

const never = new Promise<never>(() => undefined);

export function viewStore(store: Store, watch: StoreWatch, life: Life): Store {
  const guard = async <Result>(result: () => Promise<Result>): Promise<Result> => {
    if (life.isOver) return never;
    if (life.storeMs > 0) await life.clock.sleep(life.storeMs);
    if (life.isOver) return never;
    const found = await result();
    return life.isOver ? never : found;
  };
  const change = async <Result>(result: () => Promise<Result>): Promise<Result> => {
    const found = await guard(result);
    watch.tellOthers(life, store);
    return found;
  };
  return {
    readHealth: () => guard(() => store.readHealth()),
    openMark: async (mark, at) => {
      const inForce = await change(() => store.openMark(mark, at));
      watch.noteOpened(mark, inForce, at.leasedAt);
      return inForce;
    },
    // Its process goes by the change at once.
    closeMarks: async (keys, leasedAt) => {
      watch.noteLeaving(keys);
      const closed = await change(() => store.closeMarks(keys, leasedAt));
      watch.noteClosed(closed);
      return closed;
    },
    resetMarks: async (pattern, now) => {
      watch.noteLeaving([...watch.marks.keys()]);
      const cleared = await change(() => store.resetMarks(pattern, now));
      watch.noteClosed(cleared.map(({ key }) => key));
      watch.noteReset(pattern, now);
      return cleared;
    },
    claimProbes: async (marks, owner, lease) => {
      const isTaken = await guard(() => store.claimProbes(marks, owner, lease));
      if (isTaken)
        watch.noteClaim(
          marks.map(({ key }) => key),
          owner,
          lease.expiresAt,
        );
      return isTaken;
    },
    releaseProbes: async (keys, owner) => {
      await guard(() => store.releaseProbes(keys, owner));
      watch.noteReleased(keys, owner);
    },
    putProven: (proven) => change(() => store.putProven(proven)),
    putMoved: (rows, now) => change(() => store.putMoved(rows, now)),
    putLimits: (readings, now) => change(() => store.putLimits(readings, now)),
    putSealed: (row, togetherMs) => change(() => store.putSealed(row, togetherMs)),
    readSealed: () => guard(() => store.readSealed()),
    bindIds: (rows) => guard(() => store.bindIds(rows)),
    findBoundId: (id) => guard(() => store.findBoundId(id)),
    takeBoundId: (id) => guard(() => store.takeBoundId(id)),
    appendRecords: (records, maxAgeMs) => guard(() => store.appendRecords(records, maxAgeMs)),
    findRecords: (query) => guard(() => store.findRecords(query)),
    addUsage: (rows) => guard(() => store.addUsage(rows)),
    readUsage: (query) => guard(() => store.readUsage(query)),
    addSeries: (rows) => guard(() => store.addSeries(rows)),
    readSeries: (query) => guard(() => store.readSeries(query)),
    addSpending: (changes) => guard(() => store.addSpending(changes)),
    readSpending: () => guard(() => store.readSpending()),
    subscribe: (onChange) => watch.listen(life, onChange),
    close: () => Promise.resolve(),
  };
}
