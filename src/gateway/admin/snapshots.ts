/**
 * Numbered snapshots of a running gateway: created on demand, at most four per second, and sent to
 * listeners as changes.
 */

import type { ServerResponse } from 'node:http';
import { RequestError } from '../../errors.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { Clock, Timer } from '../../host.ts';
import type { SnapshotBeat, SnapshotDelta } from './answers.ts';
import { createDelta, type SnapshotTexts, textsOf } from './delta.ts';

/** A younger snapshot is reused. */
const everyMs = 250;
/** After this much silence an event `beat` is sent: who hears none knows nothing of now. */
const beatMs = 1000;
/** A listener that reads nothing for this long is disconnected. */
const patienceMs = 60_000;
const mostListeners = 64;

interface SnapshotReader {
  readonly response: ServerResponse;
  /** True while its key still allows this stream. */
  readonly mayStay: () => boolean;
  /** Numbers the last version sent to it; undefined: send a whole snapshot next. */
  has: number | undefined;
  /** Time of the last write, epoch ms. */
  wroteAt: number;
}

export class Snapshots {
  readonly #clock: Clock;
  readonly #make: () => Promise<Snapshot>;
  readonly #listeners = new Set<SnapshotReader>();
  #last: Snapshot | undefined;
  /** The last snapshot as text, for comparison. */
  #texts: SnapshotTexts = new Map();
  #delta: SnapshotDelta | undefined;
  #isStale = false;
  #making: Promise<Snapshot> | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, make: () => Promise<Snapshot>) {
    this.#clock = clock;
    this.#make = make;
  }

  /** Returns a snapshot that is at most 250 ms old. */
  async read(): Promise<Snapshot> {
    const last = this.#last;
    if (last !== undefined && !this.#isStale && this.#clock.now() - last.at < everyMs) return last;
    this.#isStale = false;
    this.#making ??= this.#makeNext().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** After a change by the user or a refused caller, the next snapshot must be a new one. */
  expire(): void {
    this.#isStale = true;
  }

  /**
   * Sends a snapshot now and changes from then on, until the client disconnects. Throws
   * `RequestError` if there are too many listeners.
   */
  listen(response: ServerResponse, mayStay: () => boolean): void {
    if (this.#listeners.size >= mostListeners) throw tooMany();
    if (response.destroyed) return; // its end has been told already
    const listener = { response, mayStay, has: undefined, wroteAt: this.#clock.now() };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    response.on('close', () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    this.#timer?.cancel();
    void this.#tell();
  }

  close(): void {
    this.#timer?.cancel();
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
  }

  async #makeNext(): Promise<Snapshot> {
    const made = await this.#make();
    const texts = textsOf(made);
    const found = createDelta(made, this.#texts, texts);
    const v = (this.#last?.v ?? 0) + (found === undefined ? 0 : 1);
    const delta = found && { v, at: made.at, ...found };
    this.#texts = texts;
    if (delta !== undefined) this.#delta = delta;
    this.#last = { ...made, v };
    return this.#last;
  }

  /** Takes one snapshot for all listeners, and schedules the next. */
  async #tell(): Promise<void> {
    // a snapshot that fails now is tried again later
    const snapshot = await this.read().catch(() => undefined);
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
      // a slow listener gets no further changes until it has read what is buffered
      listener.has = undefined;
      if (silentMs > patienceMs) response.destroy();
    } else if (has !== snapshot.v) {
      const delta = has === snapshot.v - 1 ? this.#delta : undefined;
      this.#write(
        listener,
        delta === undefined ? eventOf('snapshot', snapshot) : eventOf('delta', delta),
      );
      listener.has = snapshot.v;
    } else if (silentMs >= beatMs)
      this.#write(listener, eventOf('beat', { v: snapshot.v, at: this.#clock.now() }));
  }

  #write(listener: SnapshotReader, text: string): void {
    listener.wroteAt = this.#clock.now();
    listener.response.write(text);
  }
}

function eventOf(
  name: 'snapshot' | 'delta' | 'beat',
  value: Snapshot | SnapshotDelta | SnapshotBeat,
): string {
  return `event: ${name}\nid: ${value.v}\ndata: ${JSON.stringify(value)}\n\n`;
}

function tooMany(): RequestError {
  return new RequestError('busy', `${mostListeners} listen to the events of this gateway already`, {
    status: 429,
    fix: 'end one, or ask for /admin/snapshot',
  });
}
