/**
 * The snapshots of a running gateway, numbered: made when somebody asks, at most four in a second,
 * and told as changes to those who listen.
 */

import type { ServerResponse } from 'node:http';
import { RequestError } from '../../errors.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { Clock, Timer } from '../../host.ts';
import type { SnapshotDelta } from './answers.ts';

/** A snapshot that is younger serves whoever asks. */
const everyMs = 250;
/** So long a silence is broken by a comment, so that nobody between takes the stream for dead. */
const beatMs = 15_000;
/** Whoever reads nothing for so long is let go. */
const patienceMs = 60_000;
const mostListeners = 64;

interface SnapshotReader {
  readonly response: ServerResponse;
  /** Whether its key still opens this. */
  readonly mayStay: () => boolean;
  /** The version that it has got; undefined where it gets a whole snapshot next. */
  has: number | undefined;
  /** When something was written last, epoch ms. */
  wroteAt: number;
}

export class Snapshots {
  readonly #clock: Clock;
  readonly #make: () => Promise<Snapshot>;
  readonly #listeners = new Set<SnapshotReader>();
  #last: Snapshot | undefined;
  /** Each field of the last one as text, to be compared. */
  #texts: ReadonlyMap<string, string> = new Map();
  #delta: SnapshotDelta | undefined;
  #isStale = false;
  #making: Promise<Snapshot> | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, make: () => Promise<Snapshot>) {
    this.#clock = clock;
    this.#make = make;
  }

  /** The present one, or one that is younger than 250 ms. */
  async read(): Promise<Snapshot> {
    const last = this.#last;
    if (last !== undefined && !this.#isStale && this.#clock.now() - last.at < everyMs) return last;
    this.#isStale = false;
    this.#making ??= this.#makeNext().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Somebody has just done something and wants to see it: the next one is made anew. */
  expire(): void {
    this.#isStale = true;
  }

  /**
   * Sends a snapshot now and what changes from then on, until the client goes. Throws
   * `RequestError` where too many listen.
   */
  listen(response: ServerResponse, mayStay: () => boolean): void {
    if (this.#listeners.size >= mostListeners) throw tooMany();
    const listener = { response, mayStay, has: undefined, wroteAt: this.#clock.now() };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    response.on('close', () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    this.#timer?.cancel();
    void this.#tell();
  }

  /** Ends every stream. */
  close(): void {
    this.#timer?.cancel();
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
  }

  async #makeNext(): Promise<Snapshot> {
    const made = await this.#make();
    const texts = new Map(
      Object.entries(made).flatMap(([name, value]) =>
        name === 'v' || name === 'at' ? [] : [[name, JSON.stringify(value)]],
      ),
    );
    const changed = Object.entries(made).filter(
      ([name]) => texts.get(name) !== this.#texts.get(name),
    );
    const v = (this.#last?.v ?? 0) + (changed.length > 0 ? 1 : 0);
    const delta =
      changed.length > 0 ? { v, at: made.at, changed: Object.fromEntries(changed) } : undefined;
    this.#texts = texts;
    if (delta !== undefined) this.#delta = delta;
    this.#last = { ...made, v };
    return this.#last;
  }

  /** One look for all who listen, and the next one in a while. */
  async #tell(): Promise<void> {
    const snapshot = await this.read().catch(() => undefined); // what cannot be read now is tried again
    if (snapshot !== undefined)
      for (const listener of [...this.#listeners]) this.#tellOne(listener, snapshot);
    if (this.#listeners.size === 0) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.startTimer(everyMs, () => void this.#tell());
  }

  #tellOne(listener: SnapshotReader, snapshot: Snapshot): void {
    const { response, mayStay, has, wroteAt } = listener;
    const silentMs = this.#clock.now() - wroteAt;
    if (!mayStay()) response.end();
    else if (response.writableNeedDrain) {
      listener.has = undefined; // nothing more is kept for it than what it has not read
      if (silentMs > patienceMs) response.destroy();
    } else if (has !== snapshot.v) {
      const delta = has === snapshot.v - 1 ? this.#delta : undefined;
      this.#write(
        listener,
        delta === undefined ? eventOf('snapshot', snapshot) : eventOf('delta', delta),
      );
      listener.has = snapshot.v;
    } else if (silentMs >= beatMs) this.#write(listener, ': still here\n\n');
  }

  #write(listener: SnapshotReader, text: string): void {
    listener.wroteAt = this.#clock.now();
    listener.response.write(text);
  }
}

function eventOf(name: 'snapshot' | 'delta', value: Snapshot | SnapshotDelta): string {
  return `event: ${name}\nid: ${value.v}\ndata: ${JSON.stringify(value)}\n\n`;
}

function tooMany(): RequestError {
  return new RequestError('busy', `${mostListeners} listen to the events of this gateway already`, {
    status: 429,
    fix: 'end one, or ask for /admin/snapshot',
  });
}
