/**
 * The gateway's server: plain `node:http` in front of the engine. Open paths and refusals are
 * answered here; everything else is one exchange (docs/life-of-a-request.md, step 0).
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { newRequestId } from '../access/run/exchange.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { AccessError, RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import { AdminApi } from './admin/admin.ts';
import { Telemetry } from './admin/telemetry.ts';
import { type InflightBytes, takeBody } from './body.ts';
import { answerNoRequest, answerUpgrade } from './broken-request.ts';
import { type CallerKeys, toCallerLimits } from './caller-keys.ts';
import { Callers } from './callers.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { probeHalfClosed } from './half-closed.ts';
import {
  checkCaller,
  checkOneHost,
  createKeyRing,
  type Incoming,
  isAdminPath,
  type KeyRing,
  parseHeaders,
  scopeWrong,
  splitTarget,
} from './incoming.ts';
import { checkKey } from './key.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { cannotListen, localFault, methodNotTaken } from './refusals.ts';
import { replyGoingDown, replyWithError, replyWithJson, SocketSink } from './reply.ts';
import { challengeHeader, proofHeader, proveRun, writeRunFile } from './run-file.ts';

/** While draining, connections are looked over this often. */
const drainPollMs = 50;

/** Streams that are ended have this long to take their last event. */
const lastWordsMs = 1000;

/** A request that has not arrived whole by then is refused. */
const arrivalMs = 5 * 60_000;

/** Answered without a key: they reveal nothing. */
const openPaths = new Set(['/', '/healthz', '/readyz']);

const noHeaders: Headers = {};

export interface GatewayOptions {
  readonly runtime: Runtime;
  /** What callers must show: at least 16 printable characters, as `readGatewayKey()` gives. */
  readonly key: string;
  /** What opens the admin API, as `readAdminKey()` gives. Default: nothing does. */
  readonly adminKey?: string;
  /** Keys of single callers. Default: none. */
  readonly callerKeys?: CallerKeys;
  /** Where it says that it listens, for other commands. Default: nowhere. */
  readonly runFile?: string;
  /** Added to every answer, such as `x-holdfast-simulated: 1`. Default: none. */
  readonly extraHeaders?: Headers;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** Requests being answered. */
  inflight(): number;
  /**
   * Stops accepting, lets requests in flight finish within `drain_timeout`, then ends what is left.
   */
  close(): Promise<void>;
  /** Ends at once what is in flight, each answer with an error: for a second signal. */
  abort(): void;
}

/**
 * Listens where config, environment or flag say. Rejects with `AccessError`: `port-in-use` when the
 * port is taken, `config-invalid` for an invalid key, such as an empty one, which everybody could
 * show.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  checkKey(options.key, '`key` of startGateway()', ', such as readGatewayKey() gives');
  const gateway = new HttpGateway(options);
  await gateway.listen();
  return gateway;
}

class HttpGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #ring: KeyRing;
  readonly #telemetry: Telemetry;
  readonly #admin: AdminApi;
  readonly #startedAt: number;
  /** By which it proves that the run file is its own. */
  readonly #token: string;
  #removeRunFile: () => void = () => undefined;
  readonly #server: Server;
  readonly #callers = new Callers();
  readonly #inflight: InflightBytes = { bytes: 0 };
  #isDraining = false;
  /**
   * The configuration in force: one look at the files serves all whose bytes were there when this
   * turn of the event loop began, for a change that was made before a request was sent is seen by
   * that look too.
   */
  readonly #look: () => ResolvedConfig;
  url = '';
  port = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { runtime } = options;
    this.#look = oncePerTurn(runtime.host.clock, runtime.config);
    this.#ring = createKeyRing({ ...options, clock: runtime.host.clock });
    this.#token = runtime.host.randomToken(18);
    this.#startedAt = runtime.host.clock.now();
    this.#telemetry = new Telemetry(runtime);
    this.#admin = new AdminApi({
      runtime,
      telemetry: this.#telemetry,
      live: () => this.#callers.live(),
      running: () => ({ url: this.url, startedAt: this.#startedAt }),
      isDraining: () => this.#isDraining,
      identify: (incoming) => this.#ring.identify(incoming),
    });
    this.#server = createServer({
      keepAliveTimeout: 75_000,
      requestTimeout: arrivalMs,
      noDelay: true,
      // Java's client offers h2c on every request: only a WebSocket is refused, anything else goes
      // on as HTTP/1.1.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    });
    // A caller who sends no more may still listen (half-closed.ts).
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    this.#server.on('connection', (socket) =>
      socket.once('end', () => this.#callers.soundOut(socket)),
    );
    this.#server.on('request', this.#serve);
    this.#server.on('checkContinue', this.#serve);
    this.#server.on('upgrade', (_request, socket) => answerUpgrade(socket));
    this.#server.on('clientError', (error, socket) => {
      // Bytes after a request that is being answered: ours would land in the middle of that answer.
      if (this.#callers.has(socket)) socket.destroy();
      else answerNoRequest(error, socket);
    });
  }

  inflight(): number {
    return this.#callers.count;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options.runtime.config().gateway;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(cannotListen(error, host.value, port.value)));
      this.#server.listen(port.value, host.value, () => {
        const address = this.#server.address(); // where the port is 0, the system has chosen one
        this.port = (typeof address === 'object' ? address?.port : undefined) ?? port.value;
        this.url = `http://${host.value.includes(':') ? `[${host.value}]` : host.value}:${this.port}`;
        this.#announce();
        resolve();
      });
    });
  }

  #announce(): void {
    const { runtime, runFile } = this.#options;
    if (runFile === undefined) return;
    const { processId: pid } = runtime.host;
    const facts = { url: this.url, pid, startedAt: this.#startedAt, token: this.#token };
    this.#removeRunFile = writeRunFile(runtime.host, runFile, facts);
  }

  async close(): Promise<void> {
    this.#isDraining = true;
    this.#removeRunFile();
    this.#admin.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const { clock } = this.#options.runtime.host;
    const { drainTimeoutMs } = this.#options.runtime.config().gateway;
    const timer = clock.startTimer(drainTimeoutMs, () => this.abort());
    this.#closeWhenIdle();
    await closed;
    await this.#telemetry.spans?.close();
    timer.cancel();
  }

  /** A connection without a request in flight may be kept open by its client for minutes. */
  #closeWhenIdle(): void {
    if (this.#callers.count === 0) this.#server.closeAllConnections();
    else this.#options.runtime.host.clock.startTimer(drainPollMs, () => this.#closeWhenIdle());
  }

  abort(): void {
    this.#callers.endAll();
    this.#options.runtime.host.clock.startTimer(lastWordsMs, () =>
      this.#server.closeAllConnections(),
    );
  }

  readonly #serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = parseHeaders(request);
    const url = request.url ?? '/';
    const { path, query } = splitTarget(url);
    const { runtime, extraHeaders } = this.#options;
    const requestId = newRequestId(runtime.host);
    let extra = extraHeaders ?? noHeaders;
    try {
      checkOneHost(request);
      if (openPaths.has(path)) {
        this.#answerOpen({ request, response, path, headers });
        return;
      }
      const config = this.#look();
      checkCaller(url, headers, config.gateway);
      if (headers['origin'] !== undefined) extra = { ...corsHeaders(headers['origin']), ...extra };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, preflightHeaders(headers)).end();
        return;
      }
      const holder = this.#ring.identify({ headers, query, path });
      const incoming = {
        request,
        response,
        path,
        query,
        requestId,
        headers,
        config,
        extra,
        holder,
      };
      if (isAdminPath(path)) await this.#admin.answer(incoming);
      else if (holder.scope === 'call') await this.#exchange(incoming);
      else throw scopeWrong(holder, 'call');
    } catch (error) {
      const protocol = runtime.protocolAt(isAdminPath(path) ? '/chat/completions' : path, headers);
      const told = error instanceof RequestError ? error : localFault(error);
      replyWithError(response, told, { protocol, requestId, extra });
    }
  };

  #answerOpen(incoming: Pick<Incoming, 'request' | 'response' | 'path' | 'headers'>): void {
    const { request, response, path, headers } = incoming;
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw methodNotTaken(path, request.method, 'GET, HEAD');
    const challenge = headers[challengeHeader];
    if (challenge !== undefined) response.setHeader(proofHeader, proveRun(this.#token, challenge));
    const isReady = path !== '/readyz' || !this.#isDraining;
    replyWithJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'draining' });
  }

  async #exchange(incoming: Incoming): Promise<void> {
    const { runtime } = this.#options;
    const { request, path, query, requestId, headers, holder } = incoming;
    const { name: caller, tasks, budget } = holder;
    const body = await takeBody(incoming, this.#inflight, runtime.host.clock);
    const { hangUp, sink } = this.#watchCaller(incoming);
    try {
      const asked = {
        method: request.method ?? 'GET',
        path,
        query,
        headers,
        body: body.bytes,
        takeRoom: body.takeRoom,
        upload: body.upload,
        signal: hangUp.signal,
        requestId,
        config: this.#look(),
        caller,
        tasks,
        budgets: budget && toCallerLimits(budget, caller ?? ''),
        isTraced: this.#telemetry.spans !== undefined,
      };
      const record = await runtime.exchange(asked, sink);
      if (record === undefined) return; // it took no route
      this.#telemetry.counters.note(record);
      this.#telemetry.spans?.note(record, headers['traceparent']);
    } finally {
      body.release();
    }
  }

  /**
   * Aborted when the caller hangs up before the last byte went out; sounded out when he sends no
   * more. What the list of callers keeps closes over this call only: closures of `#exchange` there
   * keep its promises alive, and a quarter of the CPU went to the collector, which moved every
   * ended request to the old heap.
   */
  #watchCaller(incoming: Incoming): Watched {
    const { request, response, path, requestId: id, headers, config, extra, holder } = incoming;
    const { clock } = this.#options.runtime.host;
    const hangUp = new AbortController();
    const limitMs = config.gateway.sendTimeoutMs;
    const inflight = this.#inflight;
    const sink = new SocketSink(response, { extra, clock, limitMs, caller: hangUp, inflight });
    const soundOut = (): void =>
      probeHalfClosed({ request, response, clock, isStream: () => sink.isStream });
    const endEarly = (): void => {
      hangUp.abort(new AccessError('closed', 'the gateway went down before the answer had ended'));
      const protocol = this.#options.runtime.protocolAt(path, headers);
      replyGoingDown(response, { protocol, requestId: id, extra });
    };
    const { socket } = request;
    const since = clock.now();
    const caller = this.#callers.add({
      socket,
      id,
      name: holder.name,
      since,
      sink,
      endEarly,
      soundOut,
    });
    response.on('close', () => {
      this.#callers.remove(caller);
      if (!response.writableFinished) hangUp.abort();
    });
    if (request.socket.readableEnded) soundOut();
    return { hangUp, sink };
  }
}

interface Watched {
  readonly hangUp: AbortController;
  readonly sink: SocketSink;
}
