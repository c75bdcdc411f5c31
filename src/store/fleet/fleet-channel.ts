/**
 * The way to the state file of a member of a fleet (docs/fleet.md). What changes the shared state
 * goes through the log, and every member applies the log to its own state file; all else, and every
 * read, goes to the file at once. Without the log a member is alone: it goes on with its file.
 */

import { asError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { checkMark } from '../policy.ts';
import type { Applied, Entry, LogPosition, SharedChange } from '../replica.ts';
import {
  type OperationName,
  type ParametersOf,
  parseResult,
  type ResultOf,
} from '../sqlite/asked.ts';
import { busyLimitMs, retryWhileBusy } from '../sqlite/busy.ts';
import type { Channel } from '../sqlite/sqlite-store.ts';
import { appendChange, readEntry } from './entries.ts';
import { findSums, keepBelow, tellWithheld } from './grants.ts';
import { bringTogether, type Joiner, keepState } from './joining.ts';
import { EntriesMissing, type FleetLog, LogEnded, LogGone, LogLeft } from './log.ts';
import { Moved } from './moved.ts';
import type { FleetSeal } from './seal.ts';
import {
  isOfHealth,
  isSharedName,
  parseAsked,
  parseOpening,
  parseTogetherMs,
} from './shared-changes.ts';

/** A member that is alone tries to join again so often, at the latest. */
const rejoinMs = 1000;

/** Who ended a log lets those begin the next one who could still follow it. */
const endedMs = 6000;

/** All members have joined a log that has begun, and said what they know, by then. */
const settleMs = 3000;

/** The log is silent for so long before it is asked whether it is still there. */
const silenceMs = 1000;

/** A state is kept for those who come later once in so many entries. */
const keptEvery = 500;

/** A change is tried again this often where others are faster. */
const mostTries = 8;

/** They are appended only where nobody else may have done the same in the meantime. */
const exclusive: ReadonlySet<OperationName> = new Set<OperationName>(['openMark', 'claimProbes']);

export type Membership = 'joining' | 'member' | 'alone';

export interface FleetChannelOptions {
  readonly host: Pick<Host, 'clock' | 'random' | 'randomToken'>;
  readonly file: Channel;
  readonly log: FleetLog;
  readonly seal: FleetSeal;
  /** Called at every change, of the reason too; `why` says what went wrong. */
  readonly onMembership?: (membership: Membership, why: string) => void;
  /** Called for entries that this version does not know, and has skipped. */
  readonly onUnknown?: () => void;
  /** Called for each question of a member, in its box. */
  readonly onQuestion?: (question: string) => void;
  /** Called before the log is closed. */
  readonly onClose?: () => Promise<void>;
}

export class FleetChannel implements Channel {
  readonly isShared = true;
  readonly #options: FleetChannelOptions;
  readonly #waiting = new Map<string, PromiseWithResolvers<unknown>>();
  #membership: Membership = 'joining';
  #told = 'joining';
  /** Fulfilled as soon as it is known whether this member is one or is alone. */
  #settled = Promise.withResolvers<void>();
  #position: LogPosition | undefined;
  readonly #moved = new Moved();
  #isBehind = false;
  /** What budgets had spent when this member was left alone. */
  #ceilings: Promise<ResultOf<'readSpending'> | undefined> | undefined;
  /** When the log began anew for this member, monotonic ms. */
  #begunAt = Number.NEGATIVE_INFINITY;
  #onChanged: () => void = () => undefined;
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();
  readonly #joiner: Joiner;

  constructor(options: FleetChannelOptions) {
    this.#options = options;
    this.#joiner = {
      ...options,
      file: (name, parameters) => this.#file(name, parameters),
      here: () => this.#here(),
      stand: (position) => {
        this.#position = position;
      },
      read: () => this.#read(0),
    };
  }

  /** Where in which log this member stands; undefined if it is alone. */
  get position(): string | undefined {
    return this.#position && `${this.#position.epoch} ${this.#position.at}`;
  }

  onChanged(listener: () => void): void {
    this.#onChanged = listener;
    this.#start();
  }

  async ask<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    if (name === 'close') return this.#close(parseResult<Name>);
    this.#start();
    if (name === 'pollHealth' && this.#isBehind) return parseResult<Name>(await this.#catchUp());
    if (!isSharedName(name)) return this.#options.file.ask(name, parameters);
    const id = this.#options.host.randomToken(16);
    const change = parseAsked(id, name, parameters);
    const sumsFrom = findSums(change);
    if (sumsFrom === undefined) return parseResult<Name>(await this.#change(change));
    return parseResult<Name>(sumsFrom(await this.#options.file.ask('readSpending', [])));
  }

  async #close<Result>(parse: (result: unknown) => Result): Promise<Result> {
    if (this.#membership === 'member') await this.#options.onClose?.();
    this.#closing.abort(new LogGone('it was closed'));
    this.#options.log.close();
    await this.#running;
    return parse(await this.#options.file.ask('close', []));
  }

  async #catchUp(): Promise<unknown> {
    this.#isBehind = false;
    try {
      return await this.#file('readHealth', []);
    } catch (error) {
      this.#isBehind = true; // its next poll tries again
      throw error;
    }
  }

  async #change(change: SharedChange): Promise<unknown> {
    const opened = parseOpening(change);
    if (opened !== undefined) checkMark(opened[0]);
    for (;;) {
      const settled = this.#settled;
      await settled.promise;
      if (this.#membership === 'alone')
        return parseTogetherMs(change) === undefined ? this.#changeAlone(change) : 'alone';
      try {
        if (this.#membership === 'member') return await this.#changeTogether(change);
      } catch (error) {
        if (!(error instanceof LogGone)) throw error;
        // It may have been noticed already, and joining again have begun.
        if (settled === this.#settled && this.#membership === 'member') this.#leave(error);
      }
    }
  }

  async #changeAlone(change: SharedChange): Promise<unknown> {
    const lower = keepBelow(change, (await this.#ceilings) ?? []);
    return tellWithheld(change, await this.#file('changeAlone', [lower]));
  }

  /** Nothing rests on a log that has just begun before others have said what they know. */
  async #changeTogether(change: SharedChange): Promise<unknown> {
    const age = this.#options.host.clock.monotonic() - this.#begunAt;
    if (age < (parseTogetherMs(change) ?? 0)) return 'alone';
    if (age >= settleMs) return this.#append(change);
    return tellWithheld(change, await this.#append(keepBelow(change, [])));
  }

  /** Its result is that of the operation at its place in the log. */
  async #append(change: SharedChange): Promise<unknown> {
    for (let tries = 0; ; tries += 1) {
      const here = this.#here();
      const { at } = here;
      const isFree = !exclusive.has(change.name) || tries >= mostTries;
      const applied = Promise.withResolvers<unknown>();
      applied.promise.catch(() => undefined); // it is awaited once it is in the log
      this.#waiting.set(change.id, applied);
      try {
        const ifAt = isFree ? undefined : at;
        const place = await appendChange(this.#options, here, { change, ifAt });
        if (place === 'other-log') throw new LogGone('it has been emptied, or begun anew');
        if (place !== 'moved') return await applied.promise;
      } finally {
        this.#waiting.delete(change.id);
      }
      const done = await this.#isDone(change, at);
      if (done !== undefined) return done.result;
    }
  }

  /** Waits until this copy has moved on too. Defined if there is nothing left to do. */
  async #isDone(
    change: SharedChange,
    at: number,
  ): Promise<{ readonly result: unknown } | undefined> {
    while (this.#here().at === at) await this.#moved.next;
    const opened = parseOpening(change);
    if (opened === undefined) return undefined;
    const [mark, { now }] = opened;
    const { marks } = await this.#file('readHealth', []);
    const open = marks.find(({ key, until }) => key === mark.key && until > now);
    return open && { result: open };
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #here(): LogPosition {
    if (this.#position === undefined) throw new LogLeft();
    return this.#position;
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options.host;
    while (!this.#isClosed()) {
      let restMs = rejoinMs;
      try {
        await this.#join();
        await this.#follow();
      } catch (error) {
        if (error instanceof LogEnded) restMs = endedMs;
        if (!this.#isClosed()) this.#leave(asError(error));
      }
      const pauseMs = restMs * (0.5 + random() / 2);
      await clock.sleep(pauseMs, this.#closing.signal).catch(() => undefined); // then it ends
    }
    this.#leave(new LogGone('it was closed'));
  }

  async #join(): Promise<void> {
    const found = await this.#options.log.readPosition();
    // From here on changes wait for the end of this: none is made alone that nobody notices.
    if (this.#membership !== 'joining') this.#settled = Promise.withResolvers();
    this.#membership = 'joining';
    const isAnother = await bringTogether(this.#joiner, found);
    if (isAnother) this.#begunAt = this.#options.host.clock.monotonic();
    this.#ceilings = undefined;
    this.#tell('member', '');
    this.#settled.resolve();
    this.#hear();
  }

  async #follow(): Promise<void> {
    while (!this.#isClosed()) await this.#read(silenceMs);
  }

  async #read(waitMs: number): Promise<void> {
    const { log, seal, onQuestion } = this.#options;
    const here = this.#here();
    const { epoch, at } = here;
    const read = await log.read(at, waitMs);
    if (this.#position !== here) throw new LogLeft();
    const last = read.at(-1);
    if (last === undefined) return waitMs === 0 ? this.#miss() : this.#look(here);
    const entries = read.map((entry) => readEntry(seal, epoch, entry));
    const applied = await this.#file('applyEntries', [epoch, entries]);
    if (applied === undefined) return this.#miss();
    if (this.#position !== here) throw new LogLeft();
    this.#position = { epoch, at: last.at };
    if ([...entries, ...applied].some(({ isUnknown }) => isUnknown)) this.#options.onUnknown?.();
    this.#answer(applied, entries);
    for (const { question } of entries) if (question !== undefined) onQuestion?.(question);
    this.#moved.tell();
    if (Math.floor(last.at / keptEvery) > Math.floor(at / keptEvery)) await keepState(this.#joiner);
  }

  /** Its next join takes the state instead. */
  #miss(): never {
    this.#position = undefined;
    throw new EntriesMissing();
  }

  /** Nothing came for a while: it may be another log by now. */
  async #look({ epoch, at }: LogPosition): Promise<void> {
    const position = await this.#options.log.readPosition();
    if (position?.epoch !== epoch || position.at < at)
      throw new LogGone('it has been emptied, or begun anew');
    // Another process of this home may have been alone.
    if ((await this.#file('readOutbox', [])).length > 0) await this.#join();
  }

  #answer(applied: readonly Applied[], entries: readonly Entry[]): void {
    const names = new Map(
      entries.flatMap(({ change }) => (change ? [[change.id, change.name]] : [])),
    );
    for (const { id, result, isNew } of applied) {
      const own = this.#waiting.get(id);
      own?.resolve(result);
      const isNews = isNew && result !== 'older' && isOfHealth(names.get(id));
      if (own === undefined && isNews) this.#hear();
    }
  }

  /** Health has changed, and not by this process. */
  #hear(): void {
    this.#isBehind = true;
    this.#onChanged();
  }

  #leave(why: Error): void {
    this.#position = undefined;
    // If they cannot be read, nothing is taken.
    this.#ceilings ??= this.#file('readSpending', []).catch(() => undefined);
    if (why instanceof LogLeft)
      this.#membership = 'alone'; // the reason is told already
    else this.#tell('alone', why.message);
    this.#settled.resolve();
    const gone = why instanceof LogGone ? why : new LogGone(why.message);
    for (const one of this.#waiting.values()) one.reject(gone);
    this.#moved.fail(gone);
  }

  #tell(membership: Membership, why: string): void {
    this.#membership = membership;
    const told = `${membership} ${why}`;
    if (this.#told === told || this.#isClosed()) return;
    this.#told = told;
    this.#options.onMembership?.(membership, why);
  }

  /** A file that another process has locked is tried again. */
  #file<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    const { host, file } = this.#options;
    const deadline = host.clock.monotonic() + busyLimitMs;
    return retryWhileBusy(host, deadline, () => file.ask(name, parameters));
  }
}
