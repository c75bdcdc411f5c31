/**
 * Mirrors the store's marks in memory: writes there what this process marks or ends, and takes over
 * what other processes do. `Health` decides which outcome marks or ends what.
 */

import type { Host } from '../../host.ts';
import type { LimitReading } from '../../model/credential.ts';
import type { Mark, Scope } from '../../model/failure.ts';
import { accountOf, isInside, listSurplus } from '../../store/policy.ts';
import type { HealthSnapshot, MovedConversation, Store } from '../../store/store.ts';
import { MarkIndex } from './mark-index.ts';
import type { Sign } from './mark-policy.ts';
import { endOfMark, type SiteAddress } from './marks.ts';
import { OlderMarks } from './older-marks.ts';
import { Outages } from './outages.ts';
import { SuccessLog } from './success-log.ts';

export class MarkMirror {
  /** True once the store has been read. */
  isLoaded = false;
  /**
   * Counts marks that ended before their time, so that whoever cached an end knows to look again.
   */
  releases = 0;
  /** Conversations that left their key, by hash, as other processes stored them. */
  moved: ReadonlyMap<string, MovedConversation> = new Map();
  /** What other processes have read of limits, by account (`accountOf`). */
  limits: ReadonlyMap<string, readonly LimitReading[]> = new Map();
  protected readonly host: Host;
  protected readonly store: Store;
  protected readonly onStoreFault: (error: unknown) => void;
  protected readonly index = new MarkIndex();
  protected readonly successes = new SuccessLog();
  protected readonly older: OlderMarks;
  protected readonly outages = new Outages();
  protected readonly probedAt = new Map<string, number>();
  protected resets: readonly { readonly scope: Scope; readonly at: number }[] = [];
  /**
   * Marks on their way to the store, by key: a snapshot taken before they arrive does not end them.
   */
  readonly #unsettled = new Map<string, Promise<unknown>>();
  #onChange: (key: string) => void = () => undefined;
  #loading: Promise<void> | undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(host: Host, store: Store, onStoreFault: (error: unknown) => void) {
    this.host = host;
    this.older = new OlderMarks(this.successes, () => host.clock.now());
    this.store = store;
    this.onStoreFault = onStoreFault;
  }

  /** Reads the store once, and from then on applies what other processes change. Never rejects. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Stops listening to the store. */
  async close(): Promise<void> {
    this.#unsubscribe();
  }

  /**
   * Calls `onChange` whenever a mark opens, reopens or ends, so that waiting requests look again.
   * There is one listener.
   */
  watch(onChange: (key: string) => void): void {
    this.#onChange = onChange;
  }

  /** Returns the mark of this key, open or due; undefined once it has ended. */
  mark(key: string): Mark | undefined {
    return this.index.byKey.get(key);
  }

  /** Returns every open or due mark, for people. */
  marks(): readonly Mark[] {
    const own = [...this.index.byKey.values()].filter((mark) => !this.older.isCopy(mark));
    return [...own, ...this.older.rows];
  }

  /** Returns those that hold a candidate back at this site. */
  marksAt(at: SiteAddress): readonly Mark[] {
    this.adopt(this.older.copiesFor(at));
    return [...this.index.byKey.values()].filter(({ scope }) =>
      isInside({ ...scope, ...at }, scope),
    );
  }

  /** Returns those that a reset of this pattern would end. */
  marksInside(pattern: Scope): readonly Mark[] {
    return this.marks().filter((mark) => isInside(mark.scope, pattern));
  }

  /**
   * Claims the probes of all these marks, or of none; of none also when the store cannot be asked.
   */
  async claimProbes(marks: readonly Mark[], owner: string, forMs: number): Promise<boolean> {
    const now = this.host.clock.now();
    try {
      if (!(await this.store.claimProbes(marks, owner, { now, expiresAt: now + forMs })))
        return false;
    } catch (error) {
      this.onStoreFault(error); // a broken store must not keep a route shut: this process probes by itself
    }
    for (const { key } of marks) this.probedAt.set(key, now);
    return true;
  }

  /** Writes nothing for a mark that is over, or has a new window: its probe ended with that. */
  async releaseProbes(marks: readonly Mark[], owner: string): Promise<void> {
    const writes = marks.flatMap(({ key }) => this.#unsettled.get(key) ?? []);
    if (writes.length > 0) await Promise.allSettled(writes);
    const keys = marks
      .filter(({ key, since }) => this.index.byKey.get(key)?.since === since)
      .map(({ key }) => key);
    if (keys.length > 0) this.write(this.store.releaseProbes(keys, owner));
  }

  /**
   * Ends every mark inside the pattern, in all processes, and returns them. Rejects when the store
   * does.
   */
  async reset(pattern: Scope): Promise<readonly Mark[]> {
    const now = this.host.clock.now();
    this.resets = [...this.resets, { scope: pattern, at: now }];
    for (const mark of [...this.marksInside(pattern), ...this.older.drop(pattern)])
      this.#drop(mark);
    this.outages.clear();
    return this.store.resetMarks(pattern, now);
  }

  protected open(mark: Mark, at: { readonly leasedAt: number; readonly now: number }): void {
    this.#put(mark);
    this.write(this.#settle(mark, at));
  }

  /** Adopts what an older row says of a site that has no mark of its own. */
  protected adopt(copies: readonly Mark[]): void {
    for (const copy of copies) if (!this.index.byKey.has(copy.key)) this.#put(copy);
  }

  protected end(mark: Mark, by?: Sign): void {
    this.outages.noteEnded(mark, this.host.clock.now(), { byHead: by === 'head' });
    this.#drop(mark);
  }

  protected write(promise: Promise<unknown>): void {
    promise.catch(this.onStoreFault);
  }

  async #load(): Promise<void> {
    try {
      this.#take(await this.store.readHealth());
      this.#unsubscribe = this.store.subscribe((snapshot) => this.#take(snapshot));
    } catch (error) {
      this.onStoreFault(error);
    }
    this.isLoaded = true;
  }

  /**
   * Replaces the mirror by the store's snapshot. If the store has lost a mark, another process
   * ended it.
   */
  #take(snapshot: HealthSnapshot): void {
    for (const row of snapshot.proven) this.successes.noteProven(row);
    this.resets = snapshot.tombstones;
    this.moved = new Map(snapshot.moved.map((row) => [row.conversation, row]));
    this.limits = Map.groupBy(snapshot.limits, accountOf);
    const marks = this.older.take(snapshot.marks);
    const copies = this.older.copies();
    const keys = new Set([...marks, ...copies].map(({ key }) => key));
    for (const mark of this.index.byKey.values())
      if (!keys.has(mark.key) && !this.#unsettled.has(mark.key)) this.end(mark);
    for (const mark of marks)
      if (this.index.byKey.get(mark.key)?.since !== mark.since) this.#put(mark);
    this.adopt(copies);
  }

  /**
   * Writes a mark. The store decides: it keeps another process's open window, and refuses the mark
   * if a reset came in between.
   */
  async #settle(mark: Mark, at: { leasedAt: number; now: number }): Promise<void> {
    const write = this.store.openMark(mark, at);
    this.#unsettled.set(mark.key, write);
    const inForce = await write.finally(() => this.#unsettled.delete(mark.key));
    if (this.index.byKey.get(mark.key) !== mark) return;
    if (inForce === undefined) this.#drop(mark);
    else if (inForce !== mark) this.#put(inForce);
  }

  #put(mark: Mark): void {
    this.index.put(mark);
    this.#onChange(mark.key);
    for (const one of listSurplus(this.index.byKey, mark, this.host.clock.now())) this.#drop(one);
  }

  #drop(mark: Mark): void {
    this.index.remove(mark.key);
    this.probedAt.delete(mark.key);
    this.#onChange(mark.key);
    const now = this.host.clock.now();
    if (endOfMark(mark, now) > now) this.releases += 1; // else who waited for this end has seen it come
  }
}
