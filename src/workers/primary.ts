/**
 * The primary of `serve --workers N`: accepts connections, passes them to N worker processes by
 * turns, keeps what they learn and record, and starts another one where one has died.
 */

import type { Gateway } from '../gateway/gateway.ts';
import { describeVersion } from '../host/describe-version.ts';
import { startWorker, type WorkerPeer } from '../host/worker-process.ts';
import type { Timer } from '../host.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { Runtime } from '../runtime.ts';
import type { InheritedSocket } from '../service/inherited-socket.ts';
import type { SharedChannel } from '../store/shared-channel.ts';
import { Port } from './accept.ts';
import { decideRestart, type RestartState } from './restart-policy.ts';
import { WorkerChild } from './worker-child.ts';

export interface PrimaryOptions {
  /** The primary's own: it keeps the records of all. */
  readonly runtime: Runtime;
  readonly store: SharedChannel;
  /** A listening socket that a supervisor holds. Default: none. */
  readonly socket?: InheritedSocket | undefined;
  /** How many workers. */
  readonly workers: number;
  /** It defaults to a process of this program. */
  readonly startWorker?: () => WorkerPeer;
}

/** A worker that has been told to end is killed if it lives this long behind its time to drain. */
const patienceMs = 5000;

/** The place of one worker, whoever holds it. */
interface Seat {
  child: WorkerChild | undefined;
  restarts: RestartState;
  timer: Timer | undefined;
}

/**
 * Resolves when the first worker serves; the others follow. Rejects with `AccessError` if the port
 * cannot be had, or if that first worker could not start.
 */
export async function startPrimary(options: PrimaryOptions): Promise<WorkersGateway> {
  const gateway = new WorkersGateway(options);
  await gateway.listen();
  return gateway;
}

export class WorkersGateway implements Gateway {
  readonly #options: PrimaryOptions;
  readonly #version = describeVersion();
  readonly #promptKey: string;
  readonly #port = new Port();
  readonly #seats: readonly Seat[];
  /** All that live, those that drain included. */
  readonly #living = new Set<WorkerChild>();
  #rolling: Promise<void> = Promise.resolve();
  #isRollAsked = false;
  #isClosing = false;
  url = '';
  port = 0;

  constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#promptKey = options.runtime.host.randomToken(16);
    this.#seats = Array.from({ length: options.workers }, () => ({
      child: undefined,
      restarts: { soonDeaths: 0 },
      timer: undefined,
    }));
  }

  async listen(): Promise<void> {
    const { host, port } = this.#options.runtime.config().gateway;
    const { socket } = this.#options;
    const listening = await this.#port.listen({ host: host.value, port: port.value, socket });
    this.port = listening.port;
    this.url = listening.url;
    const [first, ...others] = this.#seats;
    if (first === undefined) return;
    const child = this.#fill(first);
    try {
      await child.serving;
    } catch (error) {
      await this.close();
      throw error;
    }
    for (const seat of others) this.#fill(seat);
  }

  inflight(): number {
    return [...this.#living].reduce((sum, { requests }) => sum + requests.count, 0);
  }

  /** Replaces every worker, one by one: the new one serves before the old one drains. */
  roll(): Promise<void> {
    if (this.#isRollAsked) return this.#rolling;
    this.#isRollAsked = true;
    this.#rolling = this.#rolling.then(async () => {
      this.#isRollAsked = false;
      for (const seat of this.#seats) {
        if (this.#isClosing || !(await this.#replace(seat))) return;
      }
    });
    return this.#rolling;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#port.close();
    const { clock } = this.#options.runtime.host;
    const { drainTimeoutMs } = this.#options.runtime.config().gateway;
    for (const { timer } of this.#seats) timer?.cancel();
    for (const child of this.#living) child.drain();
    const timer = clock.startTimer(drainTimeoutMs + patienceMs, () => {
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
    const child = this.#start();
    this.#seat(seat, child);
    return child;
  }

  #seat(seat: Seat, child: WorkerChild): void {
    seat.child = child;
    void child.gone.then((ending) => {
      if (seat.child !== child || this.#isClosing) return;
      const { pauseMs, ...restarts } = decideRestart(seat.restarts, child.servedMs);
      seat.restarts = restarts;
      seat.child = undefined;
      this.#warn(
        'worker-ended',
        `a worker ended (pid ${child.pid}, ${ending}); another one starts ${pauseMs === 0 ? 'now' : `in ${pauseMs / 1000} s`}`,
      );
      const refill = (): void => void this.#fill(seat);
      if (pauseMs === 0) refill();
      else seat.timer = this.#options.runtime.host.clock.startTimer(pauseMs, refill);
    });
  }

  /** Returns false if the new one could not start: the old one goes on. */
  async #replace(seat: Seat): Promise<boolean> {
    const old = seat.child;
    const fresh = this.#start();
    try {
      await fresh.serving;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#warn('worker-ended', `a new worker could not start, the old ones go on: ${text}`);
      return false;
    }
    seat.timer?.cancel();
    this.#seat(seat, fresh);
    if (old !== undefined) this.#retire(old);
    return true;
  }

  #retire(child: WorkerChild): void {
    this.#port.remove(child.pass);
    child.drain();
  }

  #start(): WorkerChild {
    const { runtime, store, workers } = this.#options;
    const start = this.#options.startWorker ?? startWorker;
    const { host } = runtime.config().gateway;
    const child: WorkerChild = new WorkerChild(start(), {
      clock: runtime.host.clock,
      store,
      version: this.#version,
      start: () => ({
        host: host.value,
        port: this.port,
        workers,
        promptKey: this.#promptKey,
        news: runtime.shared.list(),
      }),
      taskSlots: runtime.shared.taskSlots,
      onNews: (news) => this.#spread(news, child),
      onRecord: runtime.keep,
      onEvent: runtime.emit,
      onLost: (connection) => this.#port.pass(connection),
    });
    this.#living.add(child);
    child.onFaulty = () => this.#port.remove(child.pass);
    child.serving.then(
      () => this.#port.add(child.pass),
      () => undefined, // told to whoever waits for it
    );
    void child.gone.then(() => {
      this.#living.delete(child);
      this.#port.remove(child.pass);
    });
    if (this.#isClosing) child.drain();
    return child;
  }

  /** What one has learned, all learn, and the primary for those that start later. */
  #spread(news: WorkerNews, from: WorkerChild): void {
    this.#options.runtime.shared.hear(news);
    for (const child of this.#living) if (child !== from) child.hear(news);
  }

  #warn(code: string, text: string): void {
    this.#options.runtime.emit({ type: 'warning', code, text });
  }
}
