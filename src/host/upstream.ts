/**
 * Sends requests to providers (step 3 of a request): HTTP/1.1 over our own sockets, one pool per
 * origin, through the environment's proxy if it names one. Never follows redirects.
 */

import type { Socket } from 'node:net';
import { asError } from '../errors.ts';
import type { Clock, Dispatch, Timer } from '../host.ts';
import { Call } from './call.ts';
import { Connection, type ConnectionKeeper } from './http1/connection.ts';
import { openSocket, type TlsSession } from './http1/open-socket.ts';
import { parseOrigin } from './http1/origin.ts';
import { Tunnel } from './http1/tunnel.ts';
import { WireError } from './http1/wire-error.ts';
import { encodeRequestHead, type Message, type RequestRoute } from './http1/write-request.ts';
import type { ChooseProxy } from './proxies.ts';

/** Idle connections are checked this often, while there are any. */
const sweepMs = 1000;

/**
 * The end of an answer hardly ever comes later than this after its end marker. A provider that
 * continues longer is cut off.
 */
const lingerMs = 1000;

/** An origin that sent unasked bytes gets a new connection for each request for this long. */
const distrustMs = 3_600_000;

/**
 * A close that crosses with a request arrives within this time; a later one is the provider's
 * reaction to the request.
 */
const crossingMs = 1000;

export class Upstream {
  readonly #clock: Clock;
  readonly #chooseProxy: ChooseProxy;
  readonly #pools = new Map<string, Pool>();
  #isClosed = false;

  constructor(clock: Clock, chooseProxy: ChooseProxy) {
    this.#clock = clock;
    this.#chooseProxy = chooseProxy;
  }

  /**
   * Sends all requests of a turn together at its end: the receiver wakes up once, which saves a
   * tenth of the CPU under load and costs no time otherwise. A request that cannot be sent ends in
   * `onError`.
   */
  readonly dispatch: Dispatch = (request, handler) => {
    const { origin, body, upload, freshConnection } = request;
    const call = new Call(handler);
    this.#clock.afterTurn(() => {
      if (call.isOver) return;
      try {
        const pool = this.#poolOf(origin);
        pool.start(
          { head: encodeRequestHead(request, pool.route), body, upload },
          call,
          freshConnection,
        );
      } catch (error) {
        call.onError(asError(error), true);
      }
    });
    return call;
  };

  /** Closes every connection; its requests fail. */
  close(): void {
    this.#isClosed = true;
    for (const pool of this.#pools.values()) pool.close();
  }

  #poolOf(origin: string): Pool {
    if (this.#isClosed) throw new WireError('ECONNABORTED', 'the connection was closed by us');
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const destination = parseOrigin(origin);
    const route = { destination, proxy: this.#chooseProxy(destination) };
    const pool = new Pool(route, this.#clock);
    this.#pools.set(origin, pool);
    return pool;
  }
}

/**
 * The connections to one origin. Free ones form a stack: the last used is reused first, and the
 * others time out.
 */
class Pool implements ConnectionKeeper {
  readonly route: RequestRoute;
  readonly #clock: Clock;
  readonly #all = new Set<Connection | Tunnel>();
  readonly #session: TlsSession = { bytes: undefined };
  /** Monotonic ms. */
  #distrustedUntil = 0;
  #idle: Connection[] = [];
  #lingering: Connection[] = [];
  /** One for all that wait: a timer a request would cost more than the request's head. */
  #sweeper: Timer | undefined;
  #isClosed = false;

  constructor(route: RequestRoute, clock: Clock) {
    this.route = route;
    this.#clock = clock;
  }

  /** A fresh connection serves this request only. */
  start(message: Message, call: Call, isFresh = false): void {
    const connection = isFresh ? undefined : this.#take();
    if (connection === undefined) this.#startNew(message, call, !isFresh);
    else connection.start(message, call);
  }

  /**
   * A provider that closes an idle connection while a request is written to it has read none of
   * that request.
   */
  askAgain(connection: Connection, message: Message, call: Call): boolean {
    if (this.#isClosed || this.#clock.monotonic() >= connection.idleUntil) return false;
    call.onResent();
    this.#startNew(message, call, true);
    return true;
  }

  giveBack(connection: Connection, idleMs: number): void {
    const now = this.#clock.monotonic();
    if (now < this.#distrustedUntil) {
      connection.abort();
      return;
    }
    connection.idleUntil = now + idleMs;
    this.#idle.push(connection);
    this.#sweeper ??= this.#clock.startTimer(sweepMs, this.#sweep);
  }

  linger(connection: Connection): void {
    connection.idleUntil = this.#clock.monotonic() + lingerMs;
    this.#lingering.push(connection);
    this.#sweeper ??= this.#clock.startTimer(sweepMs, this.#sweep);
  }

  /**
   * A surplus answer cannot be distinguished from the next request's, so the first sign is enough.
   */
  distrust(): void {
    this.#distrustedUntil = this.#clock.monotonic() + distrustMs;
    for (const connection of this.#idle) connection.abort();
    this.#idle = [];
  }

  forget(connection: Connection): void {
    this.#all.delete(connection);
  }

  /** Closes what has waited for too long, while one is left that waits. */
  readonly #sweep = (): void => {
    const now = this.#clock.monotonic();
    const keep = (connection: Connection): boolean => {
      if (connection.isUsable && now < connection.idleUntil) return true;
      connection.abort();
      return false;
    };
    this.#idle = this.#idle.filter(keep);
    this.#lingering = this.#lingering.filter(
      (connection) => connection.isLingering && keep(connection),
    );
    const isAnyWaiting = this.#idle.length + this.#lingering.length > 0;
    this.#sweeper = isAnyWaiting ? this.#clock.startTimer(sweepMs, this.#sweep) : undefined;
  };

  close(): void {
    this.#isClosed = true;
    this.#sweeper?.cancel();
    this.#idle = [];
    this.#lingering = [];
    for (const connection of this.#all) {
      connection.fail(new WireError('ECONNABORTED', 'the connection was closed by us'));
    }
  }

  /** Looks at each idle connection once; those that are unusable are dropped on the way. */
  #take(): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return undefined;
      const now = this.#clock.monotonic();
      if (connection.isUsable && now < connection.idleUntil) {
        connection.idleUntil = now + crossingMs;
        return connection;
      }
      connection.abort();
    }
  }

  #startNew(message: Message, call: Call, isKept: boolean): void {
    const { destination, proxy } = this.route;
    const clock = this.#clock;
    call.onConnection(false);
    if (proxy?.isTunnel !== true) {
      this.#connect(isKept).start(message, call);
      return;
    }
    const tunnel = new Tunnel(call, {
      destination,
      proxy,
      clock,
      onOpen: (socket) => this.#connect(isKept, socket).start(message, call),
      onOver: () => this.#all.delete(tunnel),
    });
    this.#all.add(tunnel);
    call.begin(tunnel);
  }

  #connect(isKept: boolean, via?: Socket): Connection {
    const { route } = this;
    const destination =
      route.proxy?.isTunnel === false ? route.proxy.destination : route.destination;
    const [session, clock] = [this.#session, this.#clock];
    const connection = new Connection(
      (onOpen) => openSocket({ destination, via, session, clock, onOpen }),
      this,
      isKept,
    );
    this.#all.add(connection);
    return connection;
  }
}
