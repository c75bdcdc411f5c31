/**
 * The gateway's server: plain `node:http` in front of the engine. Open paths and refusals are answered here; everything
 * else is one exchange (docs/life-of-a-request.md, step 0).
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessError, RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import { createKeyCheck, hostForeign, isHostAllowed, keyWrong, originForeign } from './authorize.ts';
import { InflightBytes, readBody } from './body.ts';
import { createReplySink, replyWithError, replyWithJson } from './reply.ts';

/** While draining, connections are looked over this often. */
const drainPollMs = 50;

export interface GatewayOptions {
  readonly runtime: Runtime;
  /** What callers must show. */
  readonly key: string;
  /** Added to every answer, such as `x-holdfast-simulated: 1`. Default: none. */
  readonly extraHeaders?: Headers;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** Requests being answered. */
  inflight(): number;
  /** Stops accepting, lets requests in flight finish within `drain_timeout`, then ends what is left. */
  close(): Promise<void>;
  /** Ends at once what is in flight: for a second signal. */
  abort(): void;
}

/** Listens where config, environment or flag say. Throws `AccessError` (`port-in-use`) when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new HttpGateway(options);
  await gateway.listen();
  return gateway;
}

class HttpGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #isKeyRight: (headers: Headers) => boolean;
  readonly #server: Server;
  readonly #callers = new Set<AbortController>();
  readonly #bytes = new InflightBytes();
  #isDraining = false;
  url = '';
  port = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#isKeyRight = createKeyCheck(options.key);
    this.#server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true });
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable)
        socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  }

  inflight(): number {
    return this.#callers.size;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options.runtime.config().gateway;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(cannotListen(error, host.value, port.value)));
      this.#server.listen(port.value, host.value, () => {
        this.port = addressOf(this.#server).port;
        this.url = `http://${host.value.includes(':') ? `[${host.value}]` : host.value}:${this.port}`;
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const { clock } = this.#options.runtime.host;
    const { drainTimeoutMs } = this.#options.runtime.config().gateway;
    const timer = clock.startTimer(drainTimeoutMs, () => this.abort());
    this.#closeWhenIdle();
    await closed;
    timer.cancel();
  }

  /** A connection without a request in flight may be kept open by its client for minutes. */
  #closeWhenIdle(): void {
    if (this.#callers.size === 0) this.#server.closeAllConnections();
    else this.#options.runtime.host.clock.startTimer(drainPollMs, () => this.#closeWhenIdle());
  }

  abort(): void {
    for (const caller of this.#callers) caller.abort();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = pathOf(request.url ?? '/');
      const headers = flatten(request);
      if (this.#answerOpen(request, response, path)) return;
      this.#check(headers, request.method ?? 'GET');
      await this.#exchange({ request, response, path, headers });
    } catch (error) {
      replyWithError(response, error instanceof RequestError ? error : localFault(error));
    }
  }

  /** What needs no key and reveals nothing. */
  #answerOpen(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const isReady = !this.#isDraining;
    if (path === '/healthz' || path === '/' || path === '/readyz') {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const status = path === '/readyz' && !isReady ? 503 : 200;
      replyWithJson(response, { status }, { status: status === 200 ? 'ok' : 'draining' });
      return true;
    }
    return false;
  }

  #check(headers: Headers, method: string): void {
    const { gateway } = this.#options.runtime.config();
    const { host, origin } = headers;
    if (host !== undefined && !isHostAllowed(host, gateway.host.value, gateway.allowedHosts))
      throw hostForeign(host);
    if (origin !== undefined && !gateway.allowedOrigins.includes(origin)) throw originForeign(origin);
    if (method !== 'OPTIONS' && !this.#isKeyRight(headers)) throw keyWrong(headers);
  }

  async #exchange(parts: Incoming): Promise<void> {
    const { request, response, path, headers } = parts;
    const cors = corsHeaders(headers['origin']);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    const { maxInflightBytes } = this.#options.runtime.config().gateway;
    const body = await readBody(request, this.#bytes, maxInflightBytes);
    const caller = new AbortController();
    this.#callers.add(caller);
    // After the last byte went out, or the caller hung up before it did.
    response.on('close', () => {
      this.#callers.delete(caller);
      if (!response.writableFinished) caller.abort();
    });
    this.#bytes.add(body.length);
    try {
      const sink = createReplySink(response, { ...cors, ...this.#options.extraHeaders });
      const method = request.method ?? 'GET';
      await this.#options.runtime.exchange({ method, path, headers, body, signal: caller.signal }, sink);
    } finally {
      this.#bytes.add(-body.length);
    }
  }
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly headers: Headers;
}

/** Agents add queries such as `?beta=true`: the path alone counts. */
function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function flatten(request: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'authorization, content-type, x-api-key',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    vary: 'origin',
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the gateway listens on no port');
  return address;
}

function cannotListen(error: Error, host: string, port: number): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new AccessError('port-in-use', `${host}:${port} is in use by another program`, {
    howToFix: 'choose another with --port, HOLDFAST_PORT or gateway.port, or stop that program',
    cause: error,
  });
}

/** Clients hammer 5xx; a fault of ours is told once. */
function localFault(error: unknown): RequestError {
  const text = error instanceof Error ? error.message : 'an unknown fault';
  return new RequestError('local-fault', `the gateway could not serve this request: ${text}`, {
    status: 400,
  });
}
