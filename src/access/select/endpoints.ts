/** Our paths and what each one serves (step 0): the protocol and the operation. */

import {
  keepingOperations,
  type NamedInPath,
  type Operation,
  type ProtocolName,
} from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import { findPassedPath, type PassedPath, passedPaths } from './passages.ts';

export type Endpoint =
  | {
      readonly kind: 'access';
      readonly methods: readonly string[];
      readonly protocol: ProtocolName;
      readonly operation: Operation;
      /** Fields in the path, in a protocol that has them there. */
      readonly named?: NamedInPath;
      /** A stream becomes one JSON array, because the client did not ask for events. */
      readonly isArray?: boolean;
    }
  /** Passed through unread, in the client's shape. */
  | ({ readonly kind: 'passage'; readonly path: string } & PassedPath)
  /** Shortens a conversation, by requests of our own. */
  | { readonly kind: 'compact'; readonly methods: readonly string[] }
  /** The list of models, or the one with this id. */
  | {
      readonly kind: 'models';
      readonly methods: readonly string[];
      readonly id: string | undefined;
    };

const post = ['POST'];
const get = ['GET'];

const compactPath = '/responses/compact';

const accessEndpoints: Readonly<Record<string, readonly [ProtocolName, Operation]>> = {
  '/chat/completions': ['openai-chat', 'generate'],
  '/responses': ['openai-responses', 'generate'],
  '/embeddings': ['openai-chat', 'embed'],
  '/messages': ['anthropic-messages', 'generate'],
  '/messages/count_tokens': ['anthropic-messages', 'count-tokens'],
};

/** Methods of a model in the Gemini API: https://ai.google.dev/api/all-methods, read 2026-11. */
const modelMethods: Readonly<Record<string, Operation>> = {
  generateContent: 'generate',
  streamGenerateContent: 'generate',
  countTokens: 'count-tokens',
  embedContent: 'embed',
  batchEmbedContents: 'embed',
};

/**
 * Every route exists with and without `/v1` or `/v1beta`; undefined for an unknown path. `query`
 * has no question mark.
 */
export function findEndpoint(path: string, query = ''): Endpoint | undefined {
  const whole = path.replace(/^\/v1(beta)?\//, '/');
  const bare = whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
  const found = accessEndpoints[bare];
  if (found !== undefined) {
    const [protocol, operation] = found;
    return { kind: 'access', methods: post, protocol, operation };
  }
  if (bare.startsWith('/models/'))
    return findMethod(bare, query) ?? { kind: 'models', methods: get, id: decodeModelId(bare) };
  if (bare === '/models') return { kind: 'models', methods: get, id: undefined };
  if (bare === compactPath) return { kind: 'compact', methods: post };
  const passed = findPassedPath(bare);
  return passed && { kind: 'passage', path: bare, ...passed };
}

/** No base URL has more. */
const maxParts = 10;

/** What a base URL has too much of: the beginning of a path whose rest is served. */
export function findPrefix(path: string): string | undefined {
  let at = path.indexOf('/', 1);
  for (let part = 0; part < maxParts && at > 0; part++, at = path.indexOf('/', at + 1))
    if (findEndpoint(path.slice(at)) !== undefined) return path.slice(0, at);
  return undefined;
}

/** Returns the protocol of our own errors there: the route's, else the client's by its headers. */
export function protocolOf(
  path: string,
  headers: Headers,
  endpoint: Endpoint | undefined,
): ProtocolName {
  if (endpoint?.kind === 'access') return endpoint.protocol;
  if (endpoint?.kind === 'compact') return 'openai-responses';
  if (endpoint?.kind === 'passage' && endpoint.operation === 'responses') return 'openai-responses';
  if (path.startsWith('/v1beta/')) return 'google-generate-content';
  return headers['anthropic-version'] === undefined ? 'openai-chat' : 'anthropic-messages';
}

/** True for the paths of what providers keep: files, batches and stored answers. */
export function isKept(path: string): boolean {
  const endpoint = findEndpoint(path);
  return (
    endpoint?.kind === 'passage' &&
    keepingOperations.some((operation) => operation === endpoint.operation)
  );
}

/** For people who asked for another method of a model. */
export function listMethods(): readonly string[] {
  return Object.keys(modelMethods);
}

/** For people who asked for an unknown path. */
export function listPaths(): readonly string[] {
  const ofModels = Object.keys(modelMethods).map((method) => `/v1beta/models/{model}:${method}`);
  const all = [...Object.keys(accessEndpoints), compactPath, ...passedPaths, '/models'];
  return all.map((path) => `/v1${path}`).concat(ofModels);
}

/** Matches `/models/main:generateContent`: a model's name may contain slashes and colons. */
function findMethod(path: string, query: string): Endpoint | undefined {
  const at = path.lastIndexOf(':');
  const method = path.slice(at + 1);
  const operation = at > 0 ? modelMethods[method] : undefined;
  if (operation === undefined) return undefined;
  const isStreamed = method === 'streamGenerateContent';
  const named = { model: decodeModelId(path.slice(0, at)), isStreamed, method };
  const isArray = isStreamed && !/(^|&)(\$|%24)?alt=sse(&|$)/i.test(query);
  return {
    kind: 'access',
    methods: post,
    protocol: 'google-generate-content',
    operation,
    named,
    isArray,
  };
}

function decodeModelId(path: string): string {
  try {
    return decodeURIComponent(path.slice('/models/'.length));
  } catch {
    return path; // a broken percent escape names no model; the list says so
  }
}
