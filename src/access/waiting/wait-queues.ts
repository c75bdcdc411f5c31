/**
 * Queues requests that wait for the end of a mark of capacity or reachability (law 11): one queue
 * per mark, in order of arrival, driven by events. When a window ends, the first of the queue
 * probes; after 5 s without a result the next may too, three at most. When the mark ends, the queue
 * is released by slow start: one, and two more for each 2xx head. A reopened mark stops it.
 */

import type { Health } from '../../credentials/health/health.ts';
import { benches, endOfMark, type Identity } from '../../credentials/health/marks.ts';
import type { Clock, Timer } from '../../host.ts';
import type { Mark } from '../../model/failure.ts';

/**
 * The next request waits at most this long for a result of a probe, or of the first request after
 * an outage.
 */
const nextAfterMs = 5000;
const probeLimit = 3;
/**
 * A released request that could not be sent, because another process has the claim, is released
 * again after this pause.
 */
const calledInVainMs = 1000;
/**
 * Waiting requests look around on their own this often: a new secret, or a change in another
 * process, ends a wait without an event.
 */
const lookMs = 1000;
/** Limits the requests that wait on one route. */
const routeLimit = 256;

/** A request that may wait; all queues are in order of arrival. */
export interface Waiter {
  /** Says when the request arrived, monotonic ms. */
  readonly cameAt: number;
  readonly route: string;
  readonly bytes: number;
}

/** A request leaves the queue with this. */
export interface Turn {
  /** True when the queue was about this candidate. */
  covers(identity: Identity): boolean;
  /** Another probe of the same window is still running: this one needs no claim of its own. */
  readonly isExtra: boolean;
  /** A 2xx head or content has come: if that has ended the mark, more requests may follow. */
  confirm(): void;
  /** The attempt ended, with any result; or nothing was sent. */
  release(how: { readonly isSent: boolean }): void;
}

export type WaitEnd =
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** It is time to look around. */
  | { readonly kind: 'look' }
  /** Too many requests wait, or they hold too many bytes. */
  | { readonly kind: 'full' };

export interface WaitOptions {
  readonly forMs: number;
  readonly signal: AbortSignal;
  /** The request waited before and only looked around: later ones do not overtake it. */
  readonly isBack: boolean;
}

interface Waiting extends Waiter {
  readonly keys: readonly string[];
  readonly end: (how: WaitEnd) => void;
  isOver: boolean;
}

export class WaitQueues {
  readonly #clock: Clock;
  readonly #health: Health;
  readonly #byteLimit: () => number;
  readonly #queues = new Map<string, Queue>();
  readonly #perRoute = new Map<string, number>();
  #bytes = 0;
  /** True while nothing waits, as almost always. */
  isIdle = true;

  /** `byteLimit` returns the limit of all waiting bodies together. */
  constructor(clock: Clock, health: Health, byteLimit: () => number) {
    this.#clock = clock;
    this.#health = health;
    this.#byteLimit = byteLimit;
    health.watch((key) => this.#queues.get(key)?.onChange());
  }

  /**
   * Returns the mark whose queue is currently released for this candidate: new requests join its
   * end. Undefined for almost all.
   */
  heldBy(identity: Identity): Mark | undefined {
    for (const queue of this.#queues.values())
      if (queue.hasWaiters && queue.covers(identity)) return queue.mark;
    return undefined;
  }

  /**
   * Waits in the queues of these marks until released, or for at most `forMs`. Rejects with the
   * signal's reason when it aborts.
   */
  async wait(
    waiter: Waiter,
    marks: readonly Mark[],
    { forMs, signal, isBack }: WaitOptions,
  ): Promise<WaitEnd> {
    signal.throwIfAborted();
    if (!isBack && this.#isFull(waiter)) return { kind: 'full' };
    const { promise, resolve } = Promise.withResolvers<WaitEnd>();
    const waiting: Waiting = {
      ...waiter,
      keys: marks.map(({ key }) => key),
      end: resolve,
      isOver: false,
    };
    const look = (): void => this.#leave(waiting, { kind: 'look' });
    const over = new AbortController();
    // A sleep keeps the process alive, unlike a timer: in `ask` nothing else may be open while a
    // request waits.
    this.#clock.sleep(Math.min(forMs, lookMs), over.signal).then(look, () => undefined);
    signal.addEventListener('abort', look, { once: true });
    this.#count(waiting, 1);
    // The first queue may release it at once.
    for (const mark of marks) if (!waiting.isOver) this.#queueOf(mark).join(waiting);
    const end = await promise;
    over.abort();
    signal.removeEventListener('abort', look);
    if (signal.aborted && end.kind === 'turn') end.turn.release({ isSent: false });
    signal.throwIfAborted();
    return end;
  }

  #isFull({ route, bytes }: Waiter): boolean {
    return (
      (this.#perRoute.get(route) ?? 0) >= routeLimit || this.#bytes + bytes > this.#byteLimit()
    );
  }

  #count({ route, bytes }: Waiter, step: 1 | -1): void {
    this.#bytes += step * bytes;
    const count = (this.#perRoute.get(route) ?? 0) + step;
    if (count === 0) this.#perRoute.delete(route);
    else this.#perRoute.set(route, count);
  }

  #leave(waiting: Waiting, how: WaitEnd): void {
    if (waiting.isOver) return;
    waiting.isOver = true;
    this.#count(waiting, -1);
    for (const key of waiting.keys) this.#queues.get(key)?.leave(waiting);
    waiting.end(how);
  }

  #queueOf(mark: Mark): Queue {
    const known = this.#queues.get(mark.key);
    if (known !== undefined) return known;
    const queue = new Queue(mark, {
      clock: this.#clock,
      standing: () => this.#health.mark(mark.key),
      call: (waiting, turn) => this.#leave(waiting, { kind: 'turn', turn }),
      onEmpty: () => {
        this.#queues.delete(mark.key);
        this.isIdle = this.#queues.size === 0;
      },
    });
    this.#queues.set(mark.key, queue);
    this.isIdle = false;
    return queue;
  }
}

interface QueueParts {
  readonly clock: Clock;
  /** Returns the current mark; undefined once it has ended. */
  readonly standing: () => Mark | undefined;
  readonly call: (waiting: Waiting, turn: Turn) => void;
  readonly onEmpty: () => void;
}

/** The requests that wait for one mark. */
class Queue {
  readonly #parts: QueueParts;
  readonly mark: Mark;
  readonly #waiting: Waiting[] = [];
  #timer: Timer | undefined;
  /** Requests released since the mark last changed, or a result last showed it to be over. */
  #called = 0;
  /** Counts changes of the mark: a request released earlier proves nothing about a later window. */
  #changes = 0;
  /** This many may be released before one of them is answered. */
  #atOnce = 1;
  #underWay = 0;
  /** Is monotonic ms. */
  #nextAt = 0;

  constructor(mark: Mark, parts: QueueParts) {
    this.mark = mark;
    this.#parts = parts;
  }

  get hasWaiters(): boolean {
    return this.#waiting.length > 0;
  }

  covers(identity: Identity): boolean {
    return benches(this.#parts.standing() ?? this.mark, identity);
  }

  join(waiting: Waiting): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.cameAt ?? 0) > waiting.cameAt) at -= 1;
    this.#waiting.splice(at, 0, waiting);
    this.#proceed();
  }

  leave(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (at >= 0 && !this.hasWaiters) this.#proceed();
  }

  /** The mark was reopened or has ended: earlier results no longer count. */
  onChange(): void {
    this.#called = 0;
    this.#changes += 1;
    this.#atOnce = 1;
    this.#nextAt =
      this.#parts.standing() === undefined ? this.#parts.clock.monotonic() + nextAfterMs : 0;
    this.#proceed();
  }

  /** Releases as many as may run now; then waits for the next possible moment. */
  #proceed(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.hasWaiters) {
      const waitMs = this.#nextCallInMs();
      if (waitMs > 0) {
        this.#wakeIn(waitMs);
        return;
      }
      this.#callNext();
    }
    if (this.#underWay > 0) return;
    // A waiter released without sending queues again at once, so keep the pause.
    const pauseMs = this.#nextAt - this.#parts.clock.monotonic();
    if (pauseMs > 0) this.#wakeIn(pauseMs);
    else this.#parts.onEmpty();
  }

  #nextCallInMs(): number {
    const now = this.#parts.clock.now();
    const pauseMs = this.#nextAt - this.#parts.clock.monotonic();
    const mark = this.#parts.standing();
    const until = mark === undefined ? now : endOfMark(mark, now);
    if (until > now) return until - now;
    if (mark === undefined) return this.#underWay < this.#atOnce ? 0 : Math.max(1, pauseMs);
    if (this.#called >= probeLimit) return Number.POSITIVE_INFINITY;
    return Math.max(0, pauseMs);
  }

  #wakeIn(ms: number): void {
    if (!Number.isFinite(ms)) return;
    this.#timer = this.#parts.clock.startTimer(ms, () => {
      if (this.#parts.standing() === undefined) this.#atOnce += 1;
      this.#proceed();
    });
  }

  #callNext(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const isExtra = this.#called > 0;
    this.#called += 1;
    this.#underWay += 1;
    this.#nextAt = this.#parts.clock.monotonic() + nextAfterMs;
    this.#parts.call(first, this.#createTurn(isExtra));
  }

  #createTurn(isExtra: boolean): Turn {
    let [isShown, isOver] = [false, false];
    const change = this.#changes;
    const end = (): void => {
      if (!isOver) this.#underWay -= 1;
      isOver = true;
      this.#proceed();
    };
    return {
      isExtra,
      covers: (identity) => this.covers(identity),
      confirm: () => {
        if (isOver) return;
        isShown = true;
        if (this.#parts.standing() !== undefined) return;
        this.#atOnce += 1;
        end();
      },
      release: ({ isSent }) => {
        if (isOver) return;
        if (change === this.#changes) {
          if (!isSent) this.#nextAt = this.#parts.clock.monotonic() + calledInVainMs;
          else if (!isShown) this.#nextAt = 0;
          this.#called -= 1;
        }
        end();
      },
    };
  }
}
