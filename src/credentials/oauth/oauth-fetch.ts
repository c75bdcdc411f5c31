/**
 * Sends requests to an authorization server through the host's dispatch, and returns whole answers
 * within limits of time and size.
 */

import type { Host } from '../../host.ts';
import { collectAnswer } from '../../transport/collect-answer.ts';

/** Has the shape in which oauth4webapi calls its fetch. */
export interface OAuthRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | string | undefined;
}

export type OAuthFetch = (url: string, request: OAuthRequest) => Promise<Response>;

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Limits the answer. Default: 256 kB, although an answer with tokens has only a few. */
  readonly bytes?: number;
}

/**
 * No answer came, or none in time, so the server may have acted or not. The message names the
 * server and no secret.
 */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

const bodyLimit = 256 * 1024;

/** The Fetch standard allows these statuses no body. */
const bodiless = new Set([204, 205, 304]);

/** Rejects with `ServerUnreachable`, or with the signal's reason. */
export function createOAuthFetch(
  { dispatch, clock }: Pick<Host, 'dispatch' | 'clock'>,
  { timeoutMs, signal, bytes = bodyLimit }: RequestLimits,
): OAuthFetch {
  return async (url, { method, headers, body }) => {
    const { origin, pathname, search } = new URL(url);
    const lower = Object.entries(headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const request = {
      origin,
      path: `${pathname}${search}`,
      method,
      // Identity, because the body is read without unpacking it.
      headers: {
        ...Object.fromEntries(lower),
        'accept-encoding': 'identity',
        'user-agent': 'holdfast',
      },
      body: body === undefined ? undefined : Buffer.from(body.toString()),
    };
    const late = new ServerUnreachable(`${origin} gave no answer within ${timeoutMs / 1000} s`);
    const tooLong = new ServerUnreachable(`${origin} answered with more than ${bytes} bytes`);
    const limits = { clock, timeoutMs, late, bytes, tooLong, signal };
    try {
      const answer = await collectAnswer((handler) => dispatch(request, handler), limits);
      const { status } = answer;
      return new Response(bodiless.has(status) ? null : answer.body, {
        status,
        headers: { ...answer.headers },
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof ServerUnreachable ? error : serverUnreachable(origin, error);
    }
  };
}

function serverUnreachable(origin: string, error: unknown): ServerUnreachable {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : message;
  return new ServerUnreachable(`${origin} could not be reached (${code})`, { cause: error });
}
