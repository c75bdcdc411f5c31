/**
 * A fleet's log in memory, for several members. It can be frozen, emptied, and lose what it was
 * asked or what it answers.
 */

import {
  type Appended,
  type FleetEntry,
  type FleetLog,
  type FleetPost,
  type KeptState,
  keptLimit,
  LogGone,
  leftLimit,
  type Met,
} from '../../src/store/fleet/log.ts';

interface Kept {
  epoch: string;
  at: number;
  entries: FleetEntry[];
  state: KeptState | undefined;
}

export class MemoryEngine {
  /** By member: what it says of itself. */
  readonly #said = new Map<string, string>();
  /** By the engine's clock, epoch ms. */
  now = 0;
  /** What members have left for each other, by name, and what outlives them: the oldest first. */
  readonly left = new Map<string, string>();
  readonly keptTexts: string[] = [];
  #kept: Kept | undefined;
  #saved: Kept | undefined;
  #isGone = false;
  readonly #sleepers = new Set<() => void>();
  appended = 0;

  /** All that was in it is forgotten. */
  empty(): void {
    this.#kept = undefined;
    this.left.clear();
    this.keptTexts.length = 0;
    this.#wake();
  }

  /** Keeps what a restart finds. */
  save(): void {
    this.#saved = structuredClone(this.#kept);
  }

  /** It is killed, and started with what it had saved. */
  restart(): void {
    this.#kept = structuredClone(this.#saved);
    this.#wake();
  }

  /** Nothing reaches it any more, until it is back. */
  go(isGone: boolean): void {
    this.#isGone = isGone;
    this.#wake();
  }

  /** An entry that none of the members has made. */
  forge(text: string): void {
    if (this.#kept !== undefined) this.#add(this.#kept, text);
  }

  /** A stranger writes an entry of the members once more. */
  writeAgain(place: number): void {
    const entries = this.#kept?.entries ?? [];
    const again = entries[place % Math.max(1, entries.length)];
    if (this.#kept !== undefined && again !== undefined) this.#add(this.#kept, again.text);
  }

  /** The engine is short of memory, and drops some of what it has. */
  drop(what: 'entries' | 'state'): void {
    if (this.#kept === undefined) return;
    if (what === 'entries') this.#kept.entries = [];
    else this.#kept.state = undefined;
    this.#wake();
  }

  /** `isCut` says whether this member cannot reach it. */
  open(isCut: () => boolean = () => false): FleetLog & FleetPost {
    let isClosed = false;
    const reach = (): Promise<void> =>
      isClosed || this.#isGone || isCut()
        ? Promise.reject(new LogGone('it does not answer'))
        : Promise.resolve();
    return {
      readPosition: async () => {
        await reach();
        return this.#kept && { epoch: this.#kept.epoch, at: this.#kept.at };
      },
      begin: async (state) => {
        await reach();
        return this.#begin(state);
      },
      readState: async () => {
        await reach();
        return this.#kept?.state;
      },
      keepState: async (state) => {
        await reach();
        if (this.#kept?.epoch === state.position.epoch) this.#kept.state = state;
      },
      append: async (epoch, text, ifAt) => {
        await reach();
        return this.#append(epoch, text, ifAt);
      },
      read: async (after, waitMs) => {
        await reach();
        if (waitMs > 0 && this.#since(after).length === 0) await this.#sleep();
        await reach();
        return this.#since(after);
      },
      end: async (epoch) => {
        await reach();
        if (this.#kept?.epoch === epoch) this.empty();
      },
      meet: async (id, text) => {
        await reach();
        return this.#meet(id, text);
      },
      leave: async (name, text) => {
        await reach();
        this.left.set(name, text);
      },
      take: async (name) => {
        await reach();
        const text = this.left.get(name);
        this.left.delete(name);
        return text !== undefined && text.length <= leftLimit ? text : undefined;
      },
      clear: async () => {
        await reach();
        this.left.clear();
      },
      keep: async (texts) => {
        await reach();
        this.keptTexts.push(...texts);
      },
      readKept: async () => {
        await reach();
        const texts = this.keptTexts.filter(({ length }) => length <= keptLimit);
        return { texts: texts.toReversed() };
      },
      readFaults: async () => [],
      close: () => {
        isClosed = true;
        this.#wake();
      },
    };
  }

  #meet(id: string, text: string): Met {
    if (text === 'gone') this.#said.delete(id);
    else if (text !== '') this.#said.set(id, text);
    return { now: this.now, texts: [...this.#said.values()] };
  }

  #begin(state: KeptState): boolean {
    if (this.#kept !== undefined) return false;
    const { epoch, at } = state.position;
    this.#kept = { epoch, at, entries: [], state };
    return true;
  }

  #append(epoch: string, text: string, ifAt?: number): Appended {
    if (this.#kept?.epoch !== epoch) return 'other-log';
    if (ifAt !== undefined && ifAt !== this.#kept.at) return 'moved';
    return this.#add(this.#kept, text);
  }

  #add(kept: Kept, text: string): number {
    kept.at += 1;
    kept.entries.push({ at: kept.at, text });
    this.appended += 1;
    this.#wake();
    return kept.at;
  }

  #since(after: number): readonly FleetEntry[] {
    return this.#kept?.entries.filter(({ at }) => at > after) ?? [];
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => this.#sleepers.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }
}
