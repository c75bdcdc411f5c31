/**
 * The workers of one primary: each has a seat, and a seat whose worker died gets another one.
 * Connections are passed to those that serve, by turns.
 */

import type { LiveRequest, WorkerCounts } from '../explain/snapshot/snapshot.ts';
import type { Workers } from '../gateway/processes.ts';
import type { WorkerPeer } from '../host/worker-process.ts';
import type { Clock, Timer } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { Port } from './accept.ts';
import { watchPulse } from './pulse.ts';
import { decideRestart, type RestartState } from './restart-policy.ts';
import { WorkerChild, type WorkerDuties } from './worker-child.ts';

export interface WorkerPoolParts {
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly port: Port;
  /** How many workers. */
  readonly size: number;
  readonly drainTimeoutMs: () => number;
  readonly startWorker: () => WorkerPeer;
  readonly duties: Omit<WorkerDuties, 'onLost' | 'onNews'>;
  /** The primary learns too, for workers that start later. */
  readonly hear: (news: WorkerNews) => void;
}

/** A worker that has been told to end is killed if it lives this long behind its time to drain. */
const patienceMs = 5000;

/** The place of one worker, whoever holds it. */
interface Seat {
  child: WorkerChild | undefined;
  restarts: RestartState;
  timer: Timer | undefined;
}

export class WorkerPool implements Workers {
  readonly #parts: WorkerPoolParts;
  readonly #seats: readonly Seat[];
  /** All that live, those that drain included. */
  readonly #living = new Set<WorkerChild>();
  readonly #hopeless = Promise.withResolvers<never>();
  #restarts = 0;
  #rolling: Promise<void> = Promise.resolve();
  #isRollAsked = false;
  #isClosing = false;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    this.#seats = Array.from({ length: parts.size }, () => ({
      child: undefined,
      restarts: { soonDeaths: 0 },
      timer: undefined,
    }));
    this.#hopeless.promise.catch(() => undefined); // told to whoever waits for it
  }

  /** Resolves when the first worker serves; the others follow. Rejects if that one cannot start. */
  async begin(): Promise<void> {
    const [first, ...others] = this.#seats;
    if (first === undefined) return;
    await this.#fill(first).serving;
    for (const seat of others) this.#fill(seat);
  }

  /**
   * Rejects when nobody serves any more and nobody can: the program on disk is another version.
   */
  get hopeless(): Promise<never> {
    return this.#hopeless.promise;
  }

  counts(): WorkerCounts {
    const running = this.#seats.filter(({ child }) => child?.servedMs !== undefined).length;
    return { of: this.#parts.size, running, restarts: this.#restarts };
  }

  inflight(): number {
    return [...this.#living].reduce((sum, { requests }) => sum + requests.count, 0);
  }

  live(): readonly Promise<readonly LiveRequest[]>[] {
    const serving = [...this.#living].filter(({ servedMs }) => servedMs !== undefined);
    return serving.map((child) => child.live());
  }

  reload(): void {
    for (const child of this.#living) child.reload();
  }

  /** Replaces every worker, one by one: the new one serves before the old one drains. */
  roll(): Promise<void> {
    if (this.#isRollAsked) return this.#rolling;
    this.#isRollAsked = true;
    this.#rolling = this.#rolling.then(async () => {
      this.#isRollAsked = false;
      for (const seat of this.#seats) if (this.#isClosing || !(await this.#replace(seat))) return;
    });
    return this.#rolling;
  }

  async drain(): Promise<void> {
    const { clock, port, drainTimeoutMs } = this.#parts;
    this.#isClosing = true;
    port.close();
    for (const { timer } of this.#seats) timer?.cancel();
    for (const child of this.#living) child.drain();
    const timer = clock.startTimer(drainTimeoutMs() + patienceMs, () => {
      for (const child of this.#living) child.kill();
    });
    await Promise.all([...this.#living].map(({ gone }) => gone));
    timer.cancel();
  }

  abort(): void {
    for (const child of this.#living) child.abort();
  }

  /** Starts a worker for a seat, and another one whenever that one dies. */
  #fill(seat: Seat): WorkerChild {
    seat.timer = undefined;
    const child = this.#start();
    this.#seat(seat, child);
    return child;
  }

  #seat(seat: Seat, child: WorkerChild): void {
    seat.child = child;
    void child.gone.then((ending) => {
      if (seat.child !== child || this.#isClosing) return;
      seat.child = undefined;
      this.#restart(seat, child, ending);
    });
  }

  #restart(seat: Seat, dead: WorkerChild, ending: string): void {
    const { pauseMs, ...restarts } = decideRestart(seat.restarts, dead.servedMs);
    seat.restarts = restarts;
    this.#restarts += 1;
    const when = pauseMs === 0 ? 'now' : `in ${pauseMs / 1000} s`;
    const what =
      dead.fault === undefined
        ? `a worker ended (pid ${dead.pid}, ${ending})`
        : `a worker could not start: ${dead.fault.message}`;
    this.#warn(`${what}; another one starts ${when}`);
    if (dead.isOtherVersion && this.counts().running === 0) this.#hopeless.reject(dead.fault);
    const refill = (): void => void this.#fill(seat);
    if (pauseMs === 0) refill();
    else seat.timer = this.#parts.clock.startTimer(pauseMs, refill);
  }

  /** Returns false if the new one could not start: the old one goes on. */
  async #replace(seat: Seat): Promise<boolean> {
    const fresh = this.#start();
    try {
      await fresh.serving;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#warn(`a new worker could not start, the old ones go on: ${text}`);
      return false;
    }
    const old = seat.child;
    seat.timer?.cancel();
    this.#seat(seat, fresh);
    if (old !== undefined) this.#retire(old);
    return true;
  }

  #retire(child: WorkerChild): void {
    child.onLeaving();
    child.drain();
  }

  /** One that is stuck is ended, so that another takes its place. */
  #watch(child: WorkerChild, onChange: (isSlow: boolean) => void): () => void {
    return watchPulse({
      clock: this.#parts.clock,
      ask: () => child.ping(),
      onChange,
      onStuck: () => {
        this.#warn(`a worker answers nothing any more (pid ${child.pid}); it is ended`);
        child.kill();
      },
    });
  }

  #start(): WorkerChild {
    const { startWorker, duties, port } = this.#parts;
    const onLost = port.pass.bind(port);
    const child = new WorkerChild(startWorker(), {
      ...duties,
      onLost,
      onNews: (news, from) => this.#spread(news, from),
    });
    this.#living.add(child);
    let isLeaving = false;
    let stopWatching = (): void => undefined;
    const offer = (isSlow: boolean): void => {
      port.remove(child.pass);
      if (!isSlow && !isLeaving) port.add(child.pass);
    };
    child.onLeaving = () => {
      isLeaving = true;
      offer(false);
    };
    child.serving.then(
      () => {
        offer(false);
        stopWatching = this.#watch(child, offer);
      },
      () => undefined, // told to whoever waits for it
    );
    void child.gone.then(() => {
      this.#living.delete(child);
      child.onLeaving();
      stopWatching();
    });
    if (this.#isClosing) child.drain();
    return child;
  }

  /** What one has learned, all learn. */
  #spread(news: WorkerNews, from: WorkerChild): void {
    this.#parts.hear(news);
    for (const child of this.#living) if (child !== from) child.hear(news);
  }

  #warn(text: string): void {
    this.#parts.emit({ type: 'warning', code: 'worker-ended', text });
  }
}
