/**
 * What the engine is given: the store of a file while the file can be used, and memory from the moment on when it cannot;
 * what is promised to other processes is refused then. The file is left as it is.
 */

import { StoreError, type StoreFault } from '../errors.ts';
import { MemoryStore } from './memory.ts';
import type { Store } from './store.ts';

/** Faults that another try will not mend. */
const finalFaults: ReadonlySet<StoreFault> = new Set<StoreFault>([
  'store-corrupt',
  'store-unreadable',
  'store-newer',
]);

export class UnfailingStore implements Store {
  readonly #file: Store;
  readonly #onBroken: (fault: StoreError) => void;
  readonly #memory = new MemoryStore();
  #fault: StoreError | undefined;

  /** `onBroken` is called once, when memory takes over. */
  constructor(file: Store, onBroken: (fault: StoreError) => void) {
    this.#file = file;
    this.#onBroken = onBroken;
  }

  readonly readHealth: Store['readHealth'] = () => this.#use((store) => store.readHealth());
  readonly openMark: Store['openMark'] = (...given) => this.#use((store) => store.openMark(...given));
  readonly closeMarks: Store['closeMarks'] = (...given) => this.#use((store) => store.closeMarks(...given));
  readonly putProven: Store['putProven'] = (...given) => this.#use((store) => store.putProven(...given));
  readonly forgetProven: Store['forgetProven'] = (...given) =>
    this.#use((store) => store.forgetProven(...given));
  readonly claimProbes: Store['claimProbes'] = (...given) =>
    this.#use((store) => store.claimProbes(...given));
  readonly releaseProbes: Store['releaseProbes'] = (...given) =>
    this.#use((store) => store.releaseProbes(...given));
  readonly bindIds: Store['bindIds'] = (...given) => this.#use((store) => store.bindIds(...given));
  readonly findBoundId: Store['findBoundId'] = (...given) =>
    this.#use((store) => store.findBoundId(...given));
  readonly appendRecords: Store['appendRecords'] = (...given) =>
    this.#use((store) => store.appendRecords(...given));
  readonly findRecords: Store['findRecords'] = (...given) =>
    this.#use((store) => store.findRecords(...given));
  readonly addUsage: Store['addUsage'] = (...given) => this.#use((store) => store.addUsage(...given));
  readonly readUsage: Store['readUsage'] = (...given) => this.#use((store) => store.readUsage(...given));
  readonly addSpending: Store['addSpending'] = (...given) =>
    this.#use((store) => store.addSpending(...given));
  readonly readSpending: Store['readSpending'] = (...given) =>
    this.#use((store) => store.readSpending(...given));

  // What is promised to other processes cannot go on in memory.
  readonly resetMarks: Store['resetMarks'] = (...given) => this.#share((store) => store.resetMarks(...given));

  subscribe(onChange: Parameters<Store['subscribe']>[0]): () => void {
    return this.#fault === undefined ? this.#file.subscribe(onChange) : this.#memory.subscribe();
  }

  async close(): Promise<void> {
    if (this.#fault === undefined) await this.#file.close();
  }

  async #use<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
    if (this.#fault !== undefined) return work(this.#memory);
    try {
      return await work(this.#file);
    } catch (error) {
      if (!this.#isFinal(error)) throw error;
      return work(this.#memory);
    }
  }

  /** Rejects with the fault, now and later. */
  async #share<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return await work(this.#file);
    } catch (error) {
      this.#isFinal(error);
      throw error;
    }
  }

  /** Whether the file cannot be used any more; if so memory takes over. */
  #isFinal(error: unknown): boolean {
    if (!(error instanceof StoreError) || !finalFaults.has(error.code)) return false;
    if (this.#fault === undefined) {
      this.#fault = error;
      this.#onBroken(error);
      this.#file.close().catch(() => undefined); // it is broken: there is nothing to bring to an end
    }
    return true;
  }
}
