/** Answers the paths that need no key, because they reveal nothing. */

import type { Host } from '../host.ts';
import type { Incoming } from './incoming.ts';
import { methodNotTaken } from './refusals.ts';
import { replyWithJson } from './reply.ts';
import { challengeHeader, proofsOf } from './run-file.ts';

export const openPaths: ReadonlySet<string> = new Set(['/', '/healthz', '/readyz']);

/** `token` is that of the run file. Throws `RequestError` for another method than GET and HEAD. */
export function answerOpen(
  { request, response, path, headers }: Pick<Incoming, 'request' | 'response' | 'path' | 'headers'>,
  { host, token, isDraining }: OpenFacts,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw methodNotTaken(path, request.method, 'GET, HEAD');
  const challenge = headers[challengeHeader];
  if (challenge !== undefined)
    for (const [name, value] of proofsOf(host, token, challenge)) response.setHeader(name, value);
  const isReady = path !== '/readyz' || !isDraining;
  replyWithJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'draining' });
}

interface OpenFacts {
  readonly host: Pick<Host, 'files' | 'environment'>;
  readonly token: string;
  readonly isDraining: boolean;
}
