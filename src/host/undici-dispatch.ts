/**
 * Upstream requests over undici: a warm connection pool per origin, its own timeouts off because ours rule, proxies from
 * the environment but never for loopback, redirects never followed.
 */

import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { AccessError } from '../errors.ts';
import type { Dispatch, Environment, UpstreamCall, UpstreamHandler, UpstreamRequest } from '../host.ts';
import type { Headers } from '../model/request.ts';
import { encodingOf, Unpacker } from './unpacker.ts';

/** At or above the streams one origin carries at once; below, undici would queue them silently. */
const connectionsPerOrigin = 4096;

const options = {
  connections: connectionsPerOrigin,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
} as const;

export function createUndiciDispatch(environment: Environment): {
  dispatch: Dispatch;
  close(): Promise<void>;
} {
  const direct = new Map<string, Dispatcher>();
  const createProxy = readProxies(environment);
  const proxy = createProxy?.();
  const createFresh = (origin: string): Dispatcher =>
    createProxy === undefined || isLoopback(origin)
      ? new Agent({ ...options, connections: 1 })
      : createProxy();
  const dispatcherFor = (origin: string): Dispatcher => {
    if (proxy !== undefined && !isLoopback(origin)) return proxy;
    const known = direct.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, options);
    direct.set(origin, pool);
    return pool;
  };
  return {
    dispatch: (request, handler) => {
      const call = new Call(handler);
      const fresh = request.freshConnection === true ? createFresh(request.origin) : undefined;
      call.onSettled = () => void fresh?.close();
      (fresh ?? dispatcherFor(request.origin)).dispatch(toDispatchOptions(request), call);
      return call;
    },
    close: async () => {
      await Promise.all([...direct.values()].map((pool) => pool.destroy()));
      await proxy?.destroy();
    },
  };
}

/** Loopback needs no proxy, and a secret for a local server must not travel to one. */
function isLoopback(origin: string): boolean {
  return /^https?:\/\/((.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])(:\d+)?$/i.test(
    origin,
  );
}

/** What makes an agent for the proxies of the environment; undefined where it names none. */
function readProxies(environment: Environment): (() => Dispatcher) | undefined {
  const read = (name: string): string | undefined =>
    environment.get(name) ?? environment.get(name.toLowerCase());
  const httpProxy = checkProxy('HTTP_PROXY', read('HTTP_PROXY'));
  const httpsProxy = checkProxy('HTTPS_PROXY', read('HTTPS_PROXY')) ?? httpProxy;
  if (httpsProxy === undefined || httpsProxy === '') return undefined;
  const proxies = {
    httpsProxy,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    noProxy: read('NO_PROXY') ?? '',
  };
  return () => new EnvHttpProxyAgent({ ...options, ...proxies });
}

/** The value is not quoted: it may hold a password. */
function checkProxy(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === '' || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
  throw new AccessError('config-invalid', `the environment variable ${name} holds no URL of a proxy`, {
    howToFix: 'write http://HOST:PORT, or unset it',
  });
}

function toDispatchOptions({
  origin,
  path,
  method,
  headers,
  body,
}: UpstreamRequest): Dispatcher.DispatchOptions {
  const options = { origin, path, method };
  if (body === undefined || Buffer.isBuffer(body)) return { ...options, headers, body: body ?? null };
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  // undici sends any iterable, but for the length it must be told; its types know no plain list.
  const inPieces = { headers: { ...headers, 'content-length': String(length) }, body };
  return Object.assign<Dispatcher.DispatchOptions, typeof inPieces>(options, inPieces);
}

/** One exchange: undici's handler on one side, our handler on the other. */
class Call implements UpstreamCall, Dispatcher.DispatchHandler {
  #handler: UpstreamHandler;
  #controller: Dispatcher.DispatchController | undefined;
  /** Set where the answer comes compressed. */
  #unpacker: Unpacker | undefined;
  #isOver = false;
  #isPaused = false;
  onSettled: () => void = () => undefined;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('aborted before it began'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHeaders,
  ): void {
    if (this.#isOver || status < 200) return;
    const flat = flattenHeaders(headers);
    if (encodingOf(flat) !== undefined) this.#handler = this.#unpack();
    this.#handler.onHead(status, flat);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#handler.onData(chunk);
    if (this.#isPaused || this.#unpacker?.isFull === true) controller.pause();
  }

  onResponseEnd(): void {
    this.#settle(() => this.#handler.onEnd());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(() => this.#handler.onError(error));
  }

  pause(): void {
    this.#isPaused = true;
    this.#unpacker?.pause();
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#unpacker?.resume();
    this.#goOn();
  }

  abort(): void {
    this.#unpacker?.close();
    this.#settle(() => this.#controller?.abort(new Error('aborted by us')));
  }

  /** Reads on, unless somebody behind has enough for now. */
  #goOn(): void {
    if (!this.#isPaused && this.#unpacker?.isFull !== true) this.#controller?.resume();
  }

  #unpack(): Unpacker {
    this.#unpacker = new Unpacker(this.#handler, {
      onDrain: () => this.#goOn(),
      abort: () => this.abort(),
    });
    return this.#unpacker;
  }

  #settle(then: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    then();
    this.onSettled();
  }
}

type IncomingHeaders = Record<string, string | string[] | undefined>;

function flattenHeaders(headers: IncomingHeaders): Headers {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
