/**
 * The caller's side of a store: it sends operations over a channel to the state file, which all
 * processes of a user share, or to memory. It orders writes, waits for other processes, and
 * listens; SQL is on the channel's far side.
 */

import { StoreError } from '../../errors.ts';
import type { Host, Timer } from '../../host.ts';
import type { HealthSnapshot, Store } from '../store.ts';
import { healthWrites, type OperationName, type ParametersOf, type ResultOf } from './asked.ts';
import { busyLimitMs, retryWhileBusy } from './busy.ts';

/** Interval for checking other processes' changes: the law allows one second. */
const pollMs = 250;

/**
 * A connection to the state file, in place or in a thread. Rejects with `StoreError`, or
 * `TypeError` for a mistake of ours.
 */
export interface Channel {
  /** True if other processes may change the file; then it is polled. */
  readonly isShared: boolean;
  /** Sets who is called as soon as another store has changed health. Absent: only polls find it. */
  readonly onChanged?: (listener: () => void) => void;
  ask<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>>;
}

type Listener = (snapshot: HealthSnapshot) => void;

export class SqliteStore implements Store {
  readonly #host: Pick<Host, 'clock' | 'random'>;
  readonly #channel: Channel;
  readonly #listeners = new Set<Listener>();
  #lastWrite: Promise<unknown> = Promise.resolve();
  /** Writes of health so far. */
  #writesAsked = 0;
  #writesDone = 0;
  /** A snapshot was taken during such a write, may lack it, and was not passed on. */
  #isBehind = false;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(host: Pick<Host, 'clock' | 'random'>, channel: Channel) {
    this.#host = host;
    this.#channel = channel;
    channel.onChanged?.(() => void this.#poll());
  }

  readonly readHealth: Store['readHealth'] = () => this.#read('readHealth', []);
  readonly openMark: Store['openMark'] = (...given) => this.#write('openMark', given);
  readonly closeMarks: Store['closeMarks'] = (...given) => this.#write('closeMarks', given);
  readonly resetMarks: Store['resetMarks'] = (...given) => this.#write('resetMarks', given);
  readonly putProven: Store['putProven'] = (...given) => this.#write('putProven', given);
  readonly putMoved: Store['putMoved'] = (...given) => this.#write('putMoved', given);
  readonly putLimits: Store['putLimits'] = (...given) => this.#write('putLimits', given);
  readonly claimProbes: Store['claimProbes'] = (...given) => this.#write('claimProbes', given);
  readonly releaseProbes: Store['releaseProbes'] = (...given) =>
    this.#write('releaseProbes', given);
  readonly putSealed: Store['putSealed'] = (...given) => this.#write('putSealed', given);
  readonly readSealed: Store['readSealed'] = () => this.#read('readSealed', []);
  readonly bindIds: Store['bindIds'] = (...given) => this.#write('bindIds', given);
  readonly findBoundId: Store['findBoundId'] = (...given) => this.#read('findBoundId', given);
  readonly takeBoundId: Store['takeBoundId'] = (...given) => this.#write('takeBoundId', given);
  readonly appendRecords: Store['appendRecords'] = (...given) =>
    this.#write('appendRecords', given);
  readonly findRecords: Store['findRecords'] = (...given) => this.#read('findRecords', given);
  readonly addUsage: Store['addUsage'] = (...given) => this.#write('addUsage', given);
  readonly readUsage: Store['readUsage'] = (...given) => this.#read('readUsage', given);
  readonly addSeries: Store['addSeries'] = (...given) => this.#write('addSeries', given);
  readonly readSeries: Store['readSeries'] = (...given) => this.#read('readSeries', given);
  readonly addSpending: Store['addSpending'] = (...given) => this.#write('addSpending', given);
  readonly readSpending: Store['readSpending'] = (...given) => this.#read('readSpending', given);

  subscribe(onChange: Listener): () => void {
    const listener: Listener = (snapshot) => onChange(snapshot);
    this.#listeners.add(listener);
    this.#startTimer();
    return () => void this.#listeners.delete(listener);
  }

  /** Waits for the writes in progress first. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#listeners.clear();
    await this.#lastWrite.catch(() => undefined); // the caller of the write got the error
    await this.#channel.ask('close', []);
  }

  #read<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    if (this.#isClosed) return Promise.reject(isClosed());
    return this.#ask(name, parameters, this.#deadline());
  }

  /**
   * Writes run one after the other in the order of the calls, since the end of a thing must not
   * overtake its start.
   */
  #write<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    if (this.#isClosed) return Promise.reject(isClosed());
    const count = name in healthWrites ? 1 : 0;
    this.#writesAsked += count;
    const deadline = this.#deadline();
    const before = this.#lastWrite.catch(() => undefined); // its own caller got the error
    const done = before
      .then(() => this.#ask(name, parameters, deadline))
      .finally(() => {
        this.#writesDone += count;
      });
    this.#lastWrite = done;
    return done;
  }

  #ask<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
    deadline: number,
  ): Promise<ResultOf<Name>> {
    return retryWhileBusy(this.#host, deadline, () => this.#channel.ask(name, parameters));
  }

  #deadline(): number {
    return this.#host.clock.monotonic() + busyLimitMs;
  }

  #startTimer(): void {
    if (!this.#channel.isShared) return;
    this.#timer?.cancel();
    this.#timer = this.#host.clock.startTimer(pollMs, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    if (!this.#channel.isShared) return;
    try {
      await this.#look();
    } catch {
      // the next poll tries again, and the next write reports the fault
    }
    if (this.#listeners.size > 0) this.#startTimer();
  }

  async #look(): Promise<void> {
    const writesDone = this.#writesDone;
    const snapshot = await this.#channel.ask(this.#isBehind ? 'readHealth' : 'pollHealth', []);
    if (snapshot === undefined) return;
    this.#isBehind = this.#writesAsked !== writesDone;
    if (!this.#isBehind) for (const listener of this.#listeners) listener(snapshot);
  }
}

function isClosed(): StoreError {
  return new StoreError('store-failed', 'the store has been closed');
}
