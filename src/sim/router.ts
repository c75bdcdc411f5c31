/** Routes a raw request: reads the body, finds the key, opens the log entry and calls the route. */

import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { sendRefusal } from './admission.ts';
import { AnswerChannel } from './answer-channel.ts';
import { type AttemptLog, type OpenAttempt, shortHashOf } from './attempt-log.ts';
import type { EncodeError, Exchange, SimProtocol, SimRoute } from './exchange.ts';
import type { FaultMemory } from './fault-memory.ts';
import { parseJson } from './json-value.ts';
import type { SimSettings } from './options.ts';
import { createStatusRefusal, NoAnswer } from './refusals.ts';
import type { Slots } from './slots.ts';

export interface SimSite {
  readonly prefix: string;
  readonly faults: FaultMemory;
}

/** All requests of the server share these. */
export interface ServerParts {
  readonly settings: SimSettings;
  readonly log: AttemptLog;
  /** The first one has no prefix. */
  readonly sites: readonly [SimSite, ...SimSite[]];
  /** Errors for unknown paths are in the first protocol's shape. */
  readonly protocols: readonly [SimProtocol, ...SimProtocol[]];
  readonly reset: () => void;
  /** If absent, there is no limit on simultaneous requests. */
  readonly slots?: Slots | undefined;
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
}

const bodyLimitBytes = 64 * 1024 * 1024;

export function createRequestListener(parts: ServerParts): RequestListener {
  return (request, response) => {
    const path = readPath(request.url ?? '/');
    const arrival = { request, response, path };
    if (path.startsWith('/sim/')) serveControl(parts, arrival);
    else void serveProtocol(parts, arrival);
  };
}

function readPath(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function serveControl(parts: ServerParts, { request, response, path }: Arrival): void {
  request.resume();
  const { status, value } = answerControl(parts, `${request.method} ${path}`);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function answerControl(
  { log, reset }: ServerParts,
  call: string,
): { status: number; value: unknown } {
  switch (call) {
    case 'GET /sim/log':
      return { status: 200, value: log.list() };
    case 'DELETE /sim/log':
      log.clear();
      return { status: 200, value: { cleared: true } };
    case 'POST /sim/reset':
      reset();
      return { status: 200, value: { reset: true } };
    default:
      return {
        status: 404,
        value: { error: { message: `The simulated provider has no ${call}.` } },
      };
  }
}

async function serveProtocol(
  parts: ServerParts,
  { request, response, path }: Arrival,
): Promise<void> {
  const { settings, log, protocols } = parts;
  const { prefix, faults } = findSimSite(parts.sites, path);
  const now = settings.time.now;
  const attempt = log.open(request.method ?? 'GET', path, now());
  const channel = new AnswerChannel(response, attempt, now);
  const key = readShownKey(request);
  if (key !== undefined) attempt.keyFingerprint = shortHashOf(key);
  const { headers } = request;
  const { found, encodeError } = matchRoute(protocols, request, path.slice(prefix.length));
  try {
    const bytes = await receiveBody(request);
    keepBody(settings, attempt, bytes);
    if (typeof found === 'number' || bytes === undefined) {
      const refusal = createStatusRefusal(typeof found === 'number' ? found : 413);
      channel.send(refusal.status, 'application/json', encodeError(refusal, channel.requestId));
      return;
    }
    const body =
      isForm(headers) || bytes.length === 0 ? undefined : parseJson(bytes.toString('utf8'));
    const url = (request.url ?? '/').slice(prefix.length);
    if (found.method === 'POST') await parts.slots?.take(response);
    await serveRoute(found, {
      body,
      bytes,
      key,
      url,
      headers,
      channel,
      faults,
      settings,
      encodeError,
    });
  } catch (error) {
    if (!channel.isClosed) sendBug(channel, encodeError, error);
  }
}

/** The longest matching prefix wins. */
function findSimSite(sites: ServerParts['sites'], path: string): SimSite {
  return sites.reduce((best, site) =>
    path.startsWith(`${site.prefix}/`) && site.prefix.length > best.prefix.length ? site : best,
  );
}

async function serveRoute(route: SimRoute, exchange: Exchange): Promise<void> {
  try {
    await route.serve(exchange);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (error.refusal !== undefined) sendRefusal(exchange, error.refusal);
  }
}

function keepBody(
  { keepsBodies }: SimSettings,
  attempt: OpenAttempt,
  bytes: Buffer | undefined,
): void {
  if (keepsBodies && bytes !== undefined) attempt.body = bytes.toString('utf8');
}

interface FoundRoute {
  readonly found: SimRoute | 404 | 405;
  readonly encodeError: EncodeError;
}

/** Finds the route of the path and method; if there are several, by the request's headers. */
function matchRoute(
  protocols: ServerParts['protocols'],
  { method = 'GET', headers }: IncomingMessage,
  path: string,
): FoundRoute {
  const bare = path.startsWith('/v1/') ? path.slice(3) : path;
  const onPath = protocols.flatMap(({ routes, encodeError }) =>
    routes
      .filter((route) => matchesPath(route, bare, path))
      .map((route) => ({ found: route, encodeError })),
  );
  const [first] = onPath;
  if (first === undefined) return { found: 404, encodeError: protocols[0].encodeError };
  const taking = onPath.filter(({ found }) => found.method === method);
  const wanted = taking.find(({ found: { header } }) => header !== undefined && header in headers);
  return wanted ?? taking[0] ?? { found: 405, encodeError: first.encodeError };
}

function matchesPath(route: SimRoute, bare: string, path: string): boolean {
  return typeof route.path === 'string' ? route.path === bare : route.path.test(path);
}

function isForm(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('multipart/') ?? false;
}

function readShownKey({ headers, url = '' }: IncomingMessage): string | undefined {
  const bearer = headers.authorization?.replace(/^bearer\s+/i, '').trim();
  const [named] = [
    headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'] ?? [],
  ].flat();
  const query = /[?&]key=([^&]+)/.exec(url)?.[1];
  return bearer || named || query || undefined;
}

// Rejects if the client leaves early; a body over the limit is read to its end but not kept.
function receiveBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () =>
      resolve(size <= bodyLimitBytes ? Buffer.concat(chunks, size) : undefined),
    );
    request.on('error', reject);
  });
}

function sendBug(channel: AnswerChannel, encodeError: EncodeError, error: unknown): void {
  const message = `The simulated provider itself failed: ${String(error)}`;
  const body = encodeError({ ...createStatusRefusal(500), message }, channel.requestId);
  if (channel.attempt.status === null) channel.send(500, 'application/json', body);
  else channel.breakOff();
}
