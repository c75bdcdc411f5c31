/** Requests to an authorization server, through the host's dispatch: one answer, whole, within a limit of time and size. */

import type { Host, UpstreamCall, UpstreamRequest } from '../../host.ts';

/** What oauth4webapi hands to its fetch. */
export interface OAuthRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | undefined;
}

export type OAuthFetch = (url: string, request: OAuthRequest) => Promise<Response>;

/** No answer, or none in time: nothing is known about what the server did. The message names the server and no secret. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** An answer with tokens has a few kB. */
const bodyLimit = 256 * 1024;

/** Statuses whose answer has no body, by the Fetch standard. */
const bodiless = new Set([204, 205, 304]);

/** Rejects with `ServerUnreachable`, or with the signal's reason. */
export function createOAuthFetch(
  host: Pick<Host, 'dispatch' | 'clock'>,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): OAuthFetch {
  return (url, request) =>
    new Promise((resolve, reject) => {
      const { origin, pathname, search } = new URL(url);
      const outgoing = toUpstream({ origin, path: `${pathname}${search}` }, request);
      const exchange = new ServerExchange(host, origin, { resolve, reject });
      exchange.start(outgoing, limits);
    });
}

interface Settling {
  readonly resolve: (response: Response) => void;
  readonly reject: (reason: unknown) => void;
}

/** One request, from its dispatch to its answer. */
class ServerExchange {
  readonly #host: Pick<Host, 'dispatch' | 'clock'>;
  readonly #origin: string;
  readonly #settling: Settling;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  #call: UpstreamCall | undefined;
  #stopWaiting: () => void = () => undefined;
  #isOver = false;

  constructor(host: Pick<Host, 'dispatch' | 'clock'>, origin: string, settling: Settling) {
    this.#host = host;
    this.#origin = origin;
    this.#settling = settling;
  }

  start(
    request: UpstreamRequest,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): void {
    const late = `${this.#origin} gave no answer within ${timeoutMs / 1000} s`;
    const timer = this.#host.clock.startTimer(timeoutMs, () => this.#fail(new ServerUnreachable(late)));
    const onAbort = (): void => this.#fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#stopWaiting = () => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) {
      onAbort();
      return;
    }
    this.#call = this.#host.dispatch(request, {
      onHead: (status, headers) => {
        this.#head = { status, headers };
      },
      onData: (chunk) => this.#keep(chunk),
      onEnd: () => this.#finish(),
      onError: (error) => this.#fail(unreachable(this.#origin, error)),
    });
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > bodyLimit)
      this.#fail(new ServerUnreachable(`${this.#origin} answered with more than ${bodyLimit} bytes`));
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting();
    const { status = 502, headers = {} } = this.#head ?? {};
    const body = bodiless.has(status) ? null : Buffer.concat(this.#chunks);
    this.#settling.resolve(new Response(body, { status, headers: { ...headers } }));
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting();
    this.#call?.abort();
    this.#settling.reject(reason);
  }
}

/** Identity encoding: an answer is read as it comes. */
function toUpstream(
  place: { readonly origin: string; readonly path: string },
  { method, headers, body }: OAuthRequest,
): UpstreamRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...place,
    method,
    headers: { ...Object.fromEntries(lower), 'accept-encoding': 'identity', 'user-agent': 'holdfast' },
    ...(body === undefined ? {} : { body: Buffer.from(body.toString()) }),
  };
}

function unreachable(origin: string, error: Error): ServerUnreachable {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new ServerUnreachable(`${origin} could not be reached (${code})`, { cause: error });
}
