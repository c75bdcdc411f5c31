/** Requests to an authorization server, through the host's dispatch: one answer, whole, within a limit of time and size. */

import type { Host, UpstreamCall, UpstreamRequest } from '../../host.ts';
import { untilAborted } from '../sources/asking.ts';

/** What oauth4webapi hands to its fetch. */
export interface OAuthRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | undefined;
}

export type OAuthFetch = (url: string, request: OAuthRequest) => Promise<Response>;

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of the answer. Default: 256 kB; an answer with tokens has a few. */
  readonly bytes?: number;
}

/** No answer, or none in time: nothing is known about what the server did. The message names the server and no secret. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

const bodyLimit = 256 * 1024;

/** Statuses whose answer has no body, by the Fetch standard. */
const bodiless = new Set([204, 205, 304]);

/** Rejects with `ServerUnreachable`, or with the signal's reason. */
export function createOAuthFetch(
  host: Pick<Host, 'dispatch' | 'clock'>,
  { timeoutMs, signal, bytes = bodyLimit }: RequestLimits,
): OAuthFetch {
  return async (url, request) => {
    signal?.throwIfAborted();
    const { origin, pathname, search } = new URL(url);
    const limit = new AbortController();
    const late = new ServerUnreachable(`${origin} gave no answer within ${timeoutMs / 1000} s`);
    const timer = host.clock.startTimer(timeoutMs, () => limit.abort(late));
    const stops = AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])]);
    const asked = toUpstream({ origin, path: `${pathname}${search}` }, request);
    const { answer, call } = send(host, asked, bytes);
    try {
      return await untilAborted(answer, stops);
    } catch (error) {
      call.abort();
      throw error;
    } finally {
      timer.cancel();
    }
  };
}

function send(
  host: Pick<Host, 'dispatch'>,
  request: UpstreamRequest,
  limit: number,
): { readonly answer: Promise<Response>; readonly call: UpstreamCall } {
  const { promise: answer, resolve, reject } = Promise.withResolvers<Response>();
  const { origin } = request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } = nothing;
  const call = host.dispatch(request, {
    onHead: (status, headers) => {
      head = { status, headers };
    },
    onData: (chunk) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limit) reject(new ServerUnreachable(`${origin} answered with more than ${limit} bytes`));
    },
    onEnd: () => {
      const body = bodiless.has(head.status) ? null : Buffer.concat(chunks);
      resolve(new Response(body, { status: head.status, headers: { ...head.headers } }));
    },
    onError: (error) => reject(unreachable(origin, error)),
  });
  return { answer, call };
}

/** An end without a head. */
const nothing = { status: 502, headers: {} };

function toUpstream(
  place: { readonly origin: string; readonly path: string },
  { method, headers, body }: OAuthRequest,
): UpstreamRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...place,
    method,
    // Identity: the body is read without unpacking it.
    headers: { ...Object.fromEntries(lower), 'accept-encoding': 'identity', 'user-agent': 'holdfast' },
    ...(body === undefined ? {} : { body: Buffer.from(body.toString()) }),
  };
}

function unreachable(origin: string, error: Error): ServerUnreachable {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new ServerUnreachable(`${origin} could not be reached (${code})`, { cause: error });
}
