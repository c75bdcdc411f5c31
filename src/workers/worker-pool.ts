/**
 * The workers of one primary: each has a seat, and a seat whose worker died gets another one.
 * Connections are passed to those that serve, by turns.
 */

import { asError } from '../errors.ts';
import type { LiveRequest, WorkerCounts } from '../explain/snapshot/snapshot.ts';
import type { Workers } from '../gateway/processes.ts';
import type { WorkerPeer } from '../host/worker-process.ts';
import type { Timer } from '../host.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { Port } from './accept.ts';
import { decideRestart, type RestartState } from './restart-policy.ts';
import { type PrimarySide, WorkerChild } from './worker-child.ts';

export interface WorkerPoolParts {
  readonly port: Port;
  /** How many workers. */
  readonly size: number;
  readonly startWorker: () => WorkerPeer;
  readonly side: PrimarySide;
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
    await this.#renew(first);
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
    for (const child of this.#living) child.tell('reload');
  }

  /** Replaces every worker, one by one: the new one serves before the old one drains. */
  roll(): Promise<void> {
    if (this.#isRollAsked) return this.#rolling;
    this.#isRollAsked = true;
    this.#rolling = this.#rolling.then(() => this.#renewAll());
    return this.#rolling;
  }

  async #renewAll(): Promise<void> {
    this.#isRollAsked = false;
    try {
      for (const seat of this.#seats) if (!this.#isClosing) await this.#renew(seat);
    } catch (error) {
      const { message } = asError(error);
      this.#warn(`a new worker could not start, the old ones go on: ${message}`);
    }
  }

  endReadiness(): void {
    this.#isClosing = true;
    for (const { timer } of this.#seats) timer?.cancel();
    for (const child of this.#living)
      if (child.servedMs === undefined) child.retire();
      else child.tell('unready');
  }

  async drain(): Promise<void> {
    const { port, side } = this.#parts;
    const { host, config } = side.runtime;
    port.close();
    for (const child of this.#living) child.tell('drain');
    const timer = host.clock.startTimer(config().gateway.drainTimeoutMs + patienceMs, () => {
      for (const child of this.#living) child.kill();
    });
    await Promise.all([...this.#living].map(({ gone }) => gone));
    timer.cancel();
  }

  abort(): void {
    for (const child of this.#living) child.tell('abort');
  }

  /** Starts a worker for a seat, and another one whenever that one dies. */
  #fill(seat: Seat): void {
    seat.timer = undefined;
    this.#seat(seat, this.#start());
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
    const refill = (): void => this.#fill(seat);
    if (pauseMs === 0) refill();
    else seat.timer = this.#parts.side.runtime.host.clock.startTimer(pauseMs, refill);
  }

  /** The old one, if there is one, drains once the new one serves. Rejects if that cannot start. */
  async #renew(seat: Seat): Promise<void> {
    const fresh = this.#start();
    await fresh.serving;
    const old = seat.child;
    seat.timer?.cancel();
    this.#seat(seat, fresh);
    old?.retire();
  }

  #start(): WorkerChild {
    const { startWorker, side, port } = this.#parts;
    const child = new WorkerChild(startWorker(), side, {
      onTaking: ({ isTaking, pass }) => {
        port.remove(pass);
        if (isTaking) port.add(pass);
      },
      onLost: (connection) => port.pass(connection),
      onNews: (news, from) => this.#spread(news, from),
    });
    this.#living.add(child);
    void child.gone.then(() => this.#living.delete(child));
    if (this.#isClosing) child.retire();
    return child;
  }

  /** What one has learned, all learn; the primary too, for workers that start later. */
  #spread(news: WorkerNews, from: WorkerChild): void {
    this.#parts.side.runtime.shared.hear(news);
    for (const child of this.#living) if (child !== from) child.hear(news);
  }

  #warn(text: string): void {
    this.#parts.side.runtime.emit({ type: 'warning', code: 'worker-ended', text });
  }
}
