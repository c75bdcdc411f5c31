/**
 * Upstream requests through the proxies of the environment, over undici: tunnels, and what a proxy asks for, are its trade.
 * Loaded with the first such request and not before: it costs some 45 ms, and most environments name no proxy.
 */

import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { UpstreamRequest } from '../host.ts';
import type { Headers } from '../model/request.ts';
import type { Call } from './call.ts';
import { lengthOf } from './http1/request-head.ts';
import { WireError } from './http1/wire-error.ts';
import type { Proxies } from './proxies.ts';

const options = {
  /** At or above the streams one origin carries at once; below, undici would queue them silently. */
  connections: 4096,
  pipelining: 1,
  // Ours rule.
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
} as const;

export class ProxiedWires {
  readonly #proxies: Proxies;
  readonly #agent: Dispatcher;

  constructor(proxies: Proxies) {
    this.#proxies = proxies;
    this.#agent = this.#createAgent();
  }

  send(request: UpstreamRequest, call: Call): void {
    const fresh = request.freshConnection === true ? this.#createAgent() : undefined;
    const exchange = new Exchange(call, () => void fresh?.close());
    (fresh ?? this.#agent).dispatch(toDispatchOptions(request), exchange);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #createAgent(): Dispatcher {
    return new EnvHttpProxyAgent({ ...options, ...this.#proxies });
  }
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
  // undici sends any iterable, but for the length it must be told; its types know no plain list.
  const inPieces = { headers: { ...headers, 'content-length': String(lengthOf(body)) }, body };
  return Object.assign<Dispatcher.DispatchOptions, typeof inPieces>(options, inPieces);
}

/**
 * undici's handler on one side, our call on the other. When a connection that was to end with its answer does so while undici is
 * paused, an assertion of its parser fails where nobody can catch it, and the process with it (nodejs/undici#5360, not mended
 * in 7.30.2). So undici is not paused in such an answer: what comes is held here.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #call: Call;
  readonly #onSettled: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isPaused = false;
  /** Known with the head. */
  #endsWithConnection = true;
  #held: Buffer[] = [];
  #hasEnded = false;

  constructor(call: Call, onSettled: () => void) {
    this.#call = call;
    this.#onSettled = onSettled;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#call.begin({
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      abort: () => controller.abort(new Error('aborted by us')),
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHeaders,
  ): void {
    if (status < 200) return;
    const flat = flattenHeaders(headers);
    this.#endsWithConnection = endsWithConnection(flat);
    this.#call.onHead(status, flat);
    if (this.#isPaused) this.#pause();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isPaused && this.#endsWithConnection) this.#held.push(chunk);
    else this.#call.onData(chunk);
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    this.#onSettled();
    this.#tellHeld();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#call.onError(withCode(error));
    this.#onSettled();
  }

  #pause(): void {
    this.#isPaused = true;
    if (!this.#endsWithConnection) this.#controller?.pause();
  }

  #resume(): void {
    this.#isPaused = false;
    if (this.#endsWithConnection) queueMicrotask(() => this.#tellHeld());
    else this.#controller?.resume();
  }

  #tellHeld(): void {
    while (!this.#isPaused && this.#held.length > 0) this.#call.onData(this.#held.shift() ?? Buffer.alloc(0));
    if (!this.#isPaused && this.#hasEnded) this.#call.onEnd();
  }
}

function endsWithConnection(headers: Headers): boolean {
  const isFramed = 'content-length' in headers || 'transfer-encoding' in headers;
  return !isFramed || /\bclose\b/i.test(headers['connection'] ?? '');
}

/** undici's parser says in words alone what is wrong with an answer, and the code is what a failure is classified by. */
function withCode(error: Error): Error {
  const isNoAnswer = error.name === 'HTTPParserError' || error.name === 'HeadersOverflowError';
  return isNoAnswer ? new WireError('HPE_INTERNAL', error.message) : error;
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
