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

/** undici's handler on one side, our call on the other. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #call: Call;
  readonly #onSettled: () => void;

  constructor(call: Call, onSettled: () => void) {
    this.#call = call;
    this.#onSettled = onSettled;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#call.begin({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: () => controller.abort(new Error('aborted by us')),
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHeaders,
  ): void {
    if (status >= 200) this.#call.onHead(status, flattenHeaders(headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#call.onData(chunk);
  }

  onResponseEnd(): void {
    this.#call.onEnd();
    this.#onSettled();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#call.onError(withCode(error));
    this.#onSettled();
  }
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
