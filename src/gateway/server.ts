/**
 * The gateway's server: `node:http` in front of the engine. It answers open paths and refusals
 * itself; every other request is one exchange (docs/life-of-a-request.md, step 0).
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { newRequestId } from '../access/run/exchange.ts';
import { locateRefusal } from '../config/resolved/locate-settings.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { GoingDown, RequestError } from '../errors.ts';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import { describeVersion } from '../host/describe-version.ts';
import type { Headers } from '../model/request.ts';
import { AdminApi } from './admin/admin.ts';
import { Telemetry } from './admin/telemetry.ts';
import { announce } from './announce.ts';
import { type InflightBytes, keepPacked, takeBody } from './body.ts';
import { answerConnect, answerNoRequest } from './broken-request.ts';
import { toCallerLimits } from './caller-keys.ts';
import { Callers } from './callers.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { createDoor } from './door/create-door.ts';
import { answerSorry } from './door/sorry.ts';
import { closeWhenUnused, Readiness } from './drain.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import { probeHalfClosed } from './half-closed.ts';
import { createHttpServer } from './http-server.ts';
import {
  checkCaller,
  checkOneHost,
  type Incoming,
  isAdminPath,
  isPagePath,
  type KeyRing,
  maySee,
  parseHeaders,
  scopeWrong,
  splitTarget,
} from './incoming.ts';
import { type Intake, type IntakePlace, openIntake } from './intake.ts';
import { checkKey } from './key.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { answerOpen, openPaths } from './open-paths.ts';
import { withoutPacking } from './packed.ts';
import type { AdminSide, GatewayInRole, GatewayRole, RequestTally, Workers } from './processes.ts';
import { describeSpent, localFault, servedByWorkers } from './refusals.ts';
import { replyGoingDown, replyWithError, SocketSink } from './reply.ts';
import { unannounced } from './run-file.ts';
import { Upgrades } from './websocket/upgrades.ts';

/** Time for streams that were ended to deliver their last event. */
const lastWordsMs = 1000;

/**
 * Listens at the address from config, environment or flag. Rejects with `AccessError`:
 * `port-in-use` if the port is taken, `cannot-listen` if the machine does not let it listen there,
 * `config-invalid` for an invalid key, such as an empty one.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  return startGatewayAs({}, options);
}

/** The same for one of several processes. */
export async function startGatewayAs(
  role: GatewayRole,
  options: GatewayOptions,
): Promise<GatewayInRole> {
  checkKey(options.key, '`key` of startGateway()', ', such as readGatewayKey() gives');
  const gateway = new HttpGateway(options, role);
  await gateway.listen(role.place);
  return gateway;
}

class HttpGateway implements GatewayInRole {
  readonly #options: GatewayOptions;
  /** Answer requests in its place. Undefined: it answers them itself. */
  readonly #workers: Workers | undefined;
  readonly #ring: KeyRing;
  readonly #telemetry: Telemetry;
  readonly tally: RequestTally;
  readonly #admin: AdminSide;
  readonly #startedAt: number;
  readonly #version = describeVersion();
  /** Proves that the run file is its own. */
  readonly token: string;
  #announced = unannounced;
  readonly #server: Server;
  readonly #upgrades: Upgrades;
  readonly #callers = new Callers();
  /** The last request of each connection that was answered, maybe before its body had come. */
  readonly #latest = new WeakMap<object, IncomingMessage>();
  readonly #inflight: InflightBytes = { bytes: 0 };
  readonly #readiness: Readiness;
  /**
   * The configuration in force. The files are checked once per turn of the event loop; that sees
   * every change made before a request of this turn was sent.
   */
  readonly #look: () => ResolvedConfig;
  /** Undefined until it listens. */
  #intake: Intake | undefined;

  constructor(options: GatewayOptions, { primary, workers }: GatewayRole) {
    this.#options = options;
    this.#workers = workers;
    const { runtime } = options;
    this.#look = oncePerTurn(runtime.host.clock, runtime.config);
    const { ring, door } = createDoor({
      ...options,
      settings: () => this.#look().gateway,
      url: () => this.url,
    });
    this.#ring = ring;
    this.token = primary?.token ?? runtime.host.randomToken(18);
    this.#startedAt = runtime.host.clock.now();
    this.#telemetry = new Telemetry(runtime, primary?.tally);
    this.tally = this.#telemetry.tally;
    const running = () => ({ version: this.#version, url: this.url, startedAt: this.#startedAt });
    const isDraining = () => this.#readiness.isOver;
    const parts = { runtime, telemetry: this.#telemetry, ring, door, workers };
    this.#admin = primary?.admin ?? new AdminApi({ ...parts, gateway: this, running, isDraining });
    this.#server = createHttpServer();
    this.#readiness = new Readiness(this.#server);
    this.#server.on('connection', (socket) =>
      socket.once('end', () => this.#callers.soundOut(socket)),
    );
    this.#server.on('request', this.#serve);
    this.#server.on('checkContinue', this.#serve);
    this.#upgrades = new Upgrades({
      server: this.#server,
      runtime,
      inflight: this.#inflight,
      ring: this.#ring,
      look: this.#look,
      mayBeAlone: () =>
        this.#intake?.isLoopback === true && this.#look().gateway.callerLogin === 'local',
      noteRefusal: this.tally.noteRefusal,
    });
    if (workers === undefined) this.#server.on('upgrade', this.#upgrades.take);
    this.#server.on('connect', (_, socket) => this.#noteRefusal(answerConnect(socket)));
    this.#server.on('clientError', (error, socket) => {
      // Bytes arrived after a request that is being answered: an error of ours would land in the
      // middle of that answer. Or a caller has read its refusal, and sends no more of its body.
      if (this.#callers.has(socket) || this.#latest.get(socket)?.complete === false)
        socket.destroy();
      else this.#noteRefusal(answerNoRequest(error, socket));
    });
  }

  #noteRefusal(refused: ReturnType<typeof answerNoRequest>): void {
    const requestId = newRequestId(this.#options.runtime.host);
    if (refused !== undefined) this.tally.noteRefusal({ requestId, ...refused });
  }

  get url(): string {
    return this.#intake?.url ?? '';
  }

  get port(): number {
    return this.#intake?.port ?? 0;
  }

  inflight(): number {
    return this.#workers?.inflight() ?? this.#callers.count;
  }

  live(): readonly LiveRequest[] {
    return this.#callers.live(this.#options.runtime.nameCaller);
  }

  async listen(place?: IntakePlace): Promise<void> {
    const { runtime, socket } = this.#options;
    const { host, port } = runtime.config().gateway;
    const at = place ?? { host: host.value, port: port.value, socket };
    this.#intake = await openIntake(this.#server, at, runtime.host.clock);
    const { url, token } = this;
    const isMember = runtime.fleet() === undefined ? undefined : true;
    const workers = this.#workers?.counts().of;
    const facts = { url, token, startedAt: this.#startedAt, workers, isMember };
    this.#announced = announce(this.#options, facts);
  }

  async close(): Promise<void> {
    const { host, config } = this.#options.runtime;
    const mayServe = this.#workers?.counts().running !== 0;
    const delayMs = mayServe ? config().gateway.drainDelayMs : 0;
    const isTold = this.endReadiness(delayMs);
    this.#announced.end();
    if (delayMs > 0) await isTold; // without a delay it closes at once: `abort` may come next
    this.#admin.close();
    if (this.#workers !== undefined) await this.#workers.drain();
    this.#upgrades.drain();
    const closed = this.#intake?.stop();
    this.#server.closeIdleConnections();
    const timer = host.clock.startTimer(config().gateway.drainTimeoutMs, () => this.abort());
    const isUnused = () =>
      this.#callers.count === 0 && this.#inflight.bytes === 0 && this.#intake?.hasNew() !== true;
    closeWhenUnused(this.#server, host.clock, isUnused);
    await closed;
    await this.#telemetry.spans?.close();
    timer.cancel();
    this.#announced.remove();
  }

  endReadiness(delayMs = 0): Promise<void> {
    this.#workers?.endReadiness();
    return this.#readiness.end(this.#options.runtime.host.clock, delayMs);
  }

  abort(): void {
    this.#readiness.cutShort();
    this.#workers?.abort();
    this.#callers.endAll();
    this.#options.runtime.host.clock.startTimer(lastWordsMs, () => {
      this.#upgrades.terminate();
      this.#server.closeAllConnections();
    });
  }

  readonly #serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request; // it is taken away when the answer has ended
    const headers = parseHeaders(request);
    const url = request.url ?? '/';
    const { path, query } = splitTarget(url);
    const { runtime, extraHeaders } = this.#options;
    const requestId = newRequestId(runtime.host);
    const arrival = { request, response, path, query, requestId, headers };
    let extra: Headers = extraHeaders ?? {};
    try {
      checkOneHost(request);
      if (openPaths.has(path)) {
        const facts = { host: runtime.host, token: this.token, isDraining: this.#readiness.isOver };
        answerOpen({ request, response, path, headers }, facts);
        return;
      }
      const config = this.#look();
      checkCaller(url, headers, config.gateway);
      if (headers['origin'] !== undefined) extra = { ...corsHeaders(headers['origin']), ...extra };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, preflightHeaders(headers)).end();
        return;
      }
      if (isAdminPath(path)) {
        if (headers['expect'] !== undefined) response.writeContinue();
        await this.#admin.answer({ ...arrival, config, extra });
        return;
      }
      if (this.#workers !== undefined) throw servedByWorkers(path);
      // What a provider sends must not run as if it were a page of ours.
      if (headers['sec-fetch-mode'] === 'navigate')
        extra = { 'content-security-policy': 'sandbox', ...extra };
      const isLoopback = this.#intake?.isLoopback === true;
      const mayBeAlone = isLoopback && config.gateway.callerLogin === 'local';
      const holder = this.#ring.identify({ headers, query, path }, mayBeAlone);
      await this.#exchange({ ...arrival, config, extra, holder });
    } catch (error) {
      this.#refuse(error, { ...arrival, extra });
    } finally {
      this.#latest.set(socket, request);
    }
  };

  #refuse(
    error: unknown,
    asked: Pick<Incoming, 'response' | 'path' | 'headers' | 'requestId' | 'extra'>,
  ): void {
    const { response, path, headers, requestId, extra } = asked;
    const fault = error instanceof RequestError ? error : localFault(error);
    const refusal = locateRefusal(fault, this.#look());
    const { code, status, message: text, fix } = refusal;
    this.tally.noteRefusal({ requestId, code, status, text, fix });
    const place = isAdminPath(path) ? '/chat/completions' : path;
    const protocol = this.#options.runtime.protocolAt(place, headers);
    if (isPagePath(path)) answerSorry(response, refusal);
    else replyWithError(response, refusal, { protocol, requestId, extra });
  }

  async #exchange(incoming: Incoming): Promise<void> {
    const { runtime } = this.#options;
    const { request, path, query, requestId, headers, holder } = incoming;
    const { name: caller, tasks, budget } = holder;
    if (holder.scope !== 'call' && !maySee(incoming)) throw scopeWrong(holder, 'call');
    const packed = holder.login && keepPacked(request);
    const body = await takeBody(incoming, this.#inflight, runtime.host.clock);
    const { hangUp, sink } = this.#watchCaller(incoming);
    try {
      const asked = {
        method: request.method ?? 'GET',
        path,
        query,
        headers: headers['content-encoding'] === undefined ? headers : withoutPacking(headers),
        body: body.bytes,
        takeBodyMemory: body.takeBodyMemory,
        upload: body.upload,
        signal: hangUp.signal,
        requestId,
        config: this.#look(),
        caller,
        brought: holder.login && { ...holder.login, packed: packed?.(body.takeBodyMemory) },
        maker: holder.isShared === true ? undefined : caller,
        seesAll: holder.scope === 'admin',
        tasks,
        budgets: budget && toCallerLimits(budget, caller ?? ''),
        isTraced: this.#telemetry.spans !== undefined,
        onRefused: this.tally.noteRefusal,
      };
      const record = await runtime.exchange(asked, sink);
      if (record === undefined) return; // the request reached no route
      if (record.cause === 'budget') this.tally.noteRefusal(describeSpent(record));
      this.tally.note(record);
      this.#telemetry.spans?.note(record, headers['traceparent']);
    } finally {
      body.release();
    }
  }

  /**
   * Aborts when the client disconnects before the last byte, and probes it when it closes its
   * sending side. The callbacks capture this call only: captured in `#exchange` they would keep its
   * promises alive, and the garbage collector spent a quarter of the CPU on moving every finished
   * request to the old heap.
   */
  #watchCaller(incoming: Incoming): { hangUp: AbortController; sink: SocketSink } {
    const { request, response, path, requestId: id, headers, config, extra, holder } = incoming;
    const { clock } = this.#options.runtime.host;
    const hangUp = new AbortController();
    const limitMs = config.gateway.sendTimeoutMs;
    const inflight = this.#inflight;
    const sink = new SocketSink(response, { extra, clock, limitMs, caller: hangUp, inflight });
    const soundOut = (): void =>
      probeHalfClosed({ request, response, clock, isStream: () => sink.isStream });
    const endEarly = (): void => {
      hangUp.abort(new GoingDown());
      const protocol = this.#options.runtime.protocolAt(path, headers);
      replyGoingDown(response, { protocol, requestId: id, extra });
    };
    const { socket } = request;
    const { name } = holder;
    const about = { id, name, headers, since: clock.now() };
    const caller = this.#callers.add({ socket, ...about, sink, endEarly, soundOut });
    response.on('close', () => {
      this.#callers.remove(caller);
      if (!response.writableFinished) hangUp.abort();
    });
    if (request.socket.readableEnded) soundOut();
    return { hangUp, sink };
  }
}
