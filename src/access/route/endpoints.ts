/** The paths of the outside world and what is asked at each (step 0): which protocol, which operation. */

import type { Operation, ProtocolName } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';

export type Endpoint =
  | {
      readonly kind: 'access';
      readonly method: 'POST';
      readonly protocol: ProtocolName;
      readonly operation: Operation;
    }
  /** The list of models, or the one of this id. */
  | { readonly kind: 'models'; readonly method: 'GET'; readonly id: string | undefined };

const accessEndpoints: Readonly<Record<string, readonly [ProtocolName, Operation]>> = {
  '/chat/completions': ['openai-chat', 'generate'],
  '/responses': ['openai-responses', 'generate'],
  '/embeddings': ['openai-chat', 'embed'],
  '/messages': ['anthropic-messages', 'generate'],
  '/messages/count_tokens': ['anthropic-messages', 'count-tokens'],
};

/** Every route exists with and without `/v1`; undefined for an unknown path. */
export function findEndpoint(path: string): Endpoint | undefined {
  const bare = stripVersion(path);
  if (bare === '/models') return { kind: 'models', method: 'GET', id: undefined };
  if (bare.startsWith('/models/')) return { kind: 'models', method: 'GET', id: decodeModelId(bare) };
  const found = accessEndpoints[bare];
  if (found === undefined) return undefined;
  const [protocol, operation] = found;
  return { kind: 'access', method: 'POST', protocol, operation };
}

/** Whose shape our own errors take there: that of the route, else of the client as far as its headers tell. */
export function protocolOf(path: string, headers: Headers): ProtocolName {
  const endpoint = findEndpoint(path);
  if (endpoint?.kind === 'access') return endpoint.protocol;
  return headers['anthropic-version'] === undefined ? 'openai-chat' : 'anthropic-messages';
}

/** For people who asked for an unknown path. */
export function listPaths(): readonly string[] {
  return [...Object.keys(accessEndpoints), '/models'].map((path) => `/v1${path}`);
}

function stripVersion(path: string): string {
  const bare = path.startsWith('/v1/') ? path.slice(3) : path;
  return bare.length > 1 && bare.endsWith('/') ? bare.slice(0, -1) : bare;
}

function decodeModelId(path: string): string {
  try {
    return decodeURIComponent(path.slice('/models/'.length));
  } catch {
    return path; // a broken percent escape names no model; the list says so
  }
}
