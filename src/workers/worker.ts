/**
 * A worker of `serve --workers N`: a gateway whose connections, store and admin paths are its
 * primary's, and whose records and events go there.
 */

import type { Socket } from 'node:net';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { encodeFault, StoreError } from '../errors.ts';
import { bodyLimit } from '../gateway/body.ts';
import { trackAdminKey } from '../gateway/key.ts';
import type { GatewayInRole } from '../gateway/processes.ts';
import { Relay } from '../gateway/relay.ts';
import { startGatewayAs } from '../gateway/server.ts';
import { openCallerKeys } from '../gateway/shared-caller-keys.ts';
import { describeVersion } from '../host/describe-version.ts';
import { spareMemory } from '../host/spare-memory.ts';
import type { PrimaryPeer } from '../host/worker-process.ts';
import type { Host, Timer } from '../host.ts';
import type { EngineEvent } from '../model/events.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WorkerLink } from './link.ts';
import { createLinkChannel } from './link-channel.ts';
import { LinkedSlots } from './linked-slots.ts';
import { encodeBatch, type StartFacts } from './messages.ts';
import { ToldRequests } from './told-requests.ts';

/** Behind an error that nothing caught, answers get this long for their last words. */
const lastWordsMs = 1500;

interface WorkerContext {
  readonly primary: PrimaryPeer;
  readonly host: Host;
  /** Calls back at each of these signals to this process. */
  readonly onSignal: (signals: readonly NodeJS.Signals[], listener: () => void) => unknown;
}

/** Serves until the primary says that it is over, or ends itself; resolves with the exit status. */
export async function serveAsWorker(context: WorkerContext): Promise<number> {
  const worker = new Worker(context);
  return worker.serve();
}

class Worker {
  readonly #primary: PrimaryPeer;
  readonly #host: Host;
  readonly #link: WorkerLink;
  readonly #requests: ToldRequests;
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;
  #leaving: Timer | undefined;
  #status = 0;
  #onHealthChanged: () => void = () => undefined;
  /** Undefined until it has started. */
  #runtime: Runtime | undefined;
  #gateway: GatewayInRole | undefined;
  /** What the others learned while it started. */
  readonly #early: WorkerNews[] = [];

  constructor({ primary, host, onSignal }: WorkerContext) {
    this.#primary = primary;
    this.#host = host;
    this.#link = new WorkerLink(primary, {
      healthChanged: () => this.#onHealthChanged(),
      news: (news) => this.#hear(news),
      reload: () => this.#runtime?.reload(),
      unready: () => void this.#gateway?.endReadiness(),
      drain: () => this.#drain(),
      abort: () => this.#abort(),
      ping: () => true,
      live: () => this.#gateway?.live() ?? [],
    });
    this.#requests = new ToldRequests(host.clock, (batch) =>
      this.#link.tell('requests', encodeBatch(batch)),
    );
    primary.onGone((ending) => {
      this.#link.end(new StoreError('store-failed', ending));
      this.#drain();
    });
    // A terminal and systemd send their signals to all processes.
    onSignal(['SIGTERM', 'SIGINT'], () => this.#leave());
    primary.onUncaught((error) => this.#endFaulty(error));
  }

  async serve(): Promise<number> {
    try {
      const start = await this.#link.ask('start', describeVersion());
      const runtime = this.#createRuntime(start);
      this.#runtime = runtime;
      for (const news of [...start.news, ...this.#early]) runtime.shared.hear(news);
      const stops = [runtime.watchSlots()];
      try {
        this.#gateway = await this.#startGateway(runtime, start);
        const { memory } = runtime.config().gateway;
        stops.push(spareMemory(this.#host.clock, this.#gateway, memory));
        this.#link.tell('listening');
        await this.#over.promise;
        await this.#gateway.endReadiness();
        await this.#gateway.close();
      } finally {
        for (const stop of stops) stop();
        await runtime.close();
        this.#requests.flush();
      }
      return this.#status;
    } catch (error) {
      this.#link.tell('failed', encodeFault(error));
      return 1;
    } finally {
      await this.#primary.leave();
    }
  }

  #createRuntime(start: StartFacts): Runtime {
    const channel = createLinkChannel(this.#link, (listener) => {
      this.#onHealthChanged = listener;
    });
    return createRuntime({
      host: this.#host,
      flags: { host: start.host, port: start.port },
      inForce: start.inForce,
      adapt: (config) => shareBytes(config, start.workers),
      store: new SqliteStore(this.#host, channel),
      recordLimit: 0,
      books: this.#requests,
      together: {
        tell: (news) => this.#link.tell('news', news),
        taskSlots: new LinkedSlots(this.#link),
        promptKey: start.promptKey,
      },
      onEvent: (event) => this.#tellEvent(event),
    });
  }

  #startGateway(runtime: Runtime, start: StartFacts): Promise<GatewayInRole> {
    const { host, paths } = runtime;
    const onConnection = (take: (connection: Socket) => void): void =>
      this.#primary.onConnection(take);
    const admin = new Relay(start.socketPath);
    return startGatewayAs(
      {
        place: { host: start.host, port: start.port, onConnection },
        primary: { token: start.token, admin, tally: this.#requests },
      },
      {
        runtime,
        key: start.key,
        adminKey: trackAdminKey(host, paths),
        callerKeys: openCallerKeys(runtime),
      },
    );
  }

  #hear(news: WorkerNews): void {
    if (this.#runtime === undefined) this.#early.push(news);
    else this.#runtime.shared.hear(news);
  }

  /** The primary may have got the same signal, and then takes connections for `drain_delay`. */
  #leave(): void {
    const delayMs = this.#runtime?.config().gateway.drainDelayMs ?? 0;
    const leave = (): void => {
      this.#link.tell('leaving');
      this.#drain();
    };
    if (this.#isOver || this.#leaving !== undefined) this.#abort();
    else if (delayMs === 0) leave();
    else this.#leaving = this.#host.clock.startTimer(delayMs, leave);
  }

  #drain(): void {
    this.#leaving?.cancel();
    this.#isOver = true;
    this.#over.resolve();
  }

  #abort(): void {
    this.#drain();
    this.#gateway?.abort();
  }

  /** Ends every answer with a clean error, and then this process. */
  #endFaulty(error: unknown): void {
    const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#link.tell('leaving', because);
    this.#status = 1;
    this.#abort();
    this.#host.clock.startTimer(lastWordsMs, () => {
      this.#requests.flush();
      void this.#primary.leave().finally(() => this.#primary.exit(1));
    });
  }

  /** What happens on a request's way is in its record. */
  #tellEvent(event: EngineEvent): void {
    const { type } = event;
    if (type === 'asking' || type === 'rescue' || type === 'waiting' || type === 'finished') return;
    this.#link.tell('event', event);
  }
}

/** The bytes that the gateway may hold are divided, but each worker can take one body. */
function shareBytes(config: ResolvedConfig, workers: number): ResolvedConfig {
  const { gateway } = config;
  const share = Math.max(bodyLimit, Math.floor(gateway.maxInflightBytes / workers));
  const maxInflightBytes = Math.min(gateway.maxInflightBytes, share);
  return { ...config, gateway: { ...gateway, maxInflightBytes } };
}
