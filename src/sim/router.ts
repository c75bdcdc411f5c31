/** From a raw request to the route that answers it: reads the body, finds the key, opens the log. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AnswerChannel } from './answer-channel.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { SimProtocol, SimRoute } from './exchange.ts';
import type { FaultMemory } from './fault-memory.ts';
import { parseJson } from './json-value.ts';
import type { Settings } from './options.ts';
import { createStatusRefusal } from './refusals.ts';

/** What the server's requests share. */
export interface ServerParts {
  readonly settings: Settings;
  readonly log: AttemptLog;
  readonly faults: FaultMemory;
  readonly protocol: SimProtocol;
  readonly reset: () => void;
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
}

const bodyLimitBytes = 64 * 1024 * 1024;

/** Makes the listener that answers every request. */
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

function answerControl({ log, reset }: ServerParts, call: string): { status: number; value: unknown } {
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
      return { status: 404, value: { error: { message: `The simulated provider has no ${call}.` } } };
  }
}

async function serveProtocol(parts: ServerParts, { request, response, path }: Arrival): Promise<void> {
  const { settings, log, protocol, faults } = parts;
  const now = settings.time.now;
  const attempt = log.open(request.method ?? 'GET', path, now());
  const channel = new AnswerChannel(response, attempt, now);
  const key = findKey(request);
  if (key !== undefined) attempt.keyFingerprint = log.fingerprint(key);
  const found = findRoute(protocol.routes, request.method, path);
  try {
    const bytes = await readBody(request);
    if (typeof found === 'number' || bytes === undefined) {
      const status = typeof found === 'number' ? found : 413;
      channel.send(status, 'application/json', protocol.encodeError(createStatusRefusal(status)));
      return;
    }
    const body = bytes.length === 0 ? undefined : parseJson(bytes.toString('utf8'));
    await found.serve({ body, bodyBytes: bytes.length, key, channel, faults, settings });
  } catch (error) {
    if (!channel.isClosed) sendBug(channel, protocol, error);
  }
}

function findRoute(routes: readonly SimRoute[], method = 'GET', path = ''): SimRoute | 404 | 405 {
  const bare = path.startsWith('/v1/') ? path.slice(3) : path;
  const onPath = routes.filter((route) => route.path === bare);
  if (onPath.length === 0) return 404;
  return onPath.find((route) => route.method === method) ?? 405;
}

function findKey({ headers }: IncomingMessage): string | undefined {
  const bearer = headers.authorization?.replace(/^bearer\s+/i, '').trim();
  const [named] = [headers['x-api-key'] ?? headers['api-key'] ?? []].flat();
  return bearer || named || undefined;
}

// Rejects when the client leaves in the middle; a body over the limit is read to its end but not kept.
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => resolve(size <= bodyLimitBytes ? Buffer.concat(chunks, size) : undefined));
    request.on('error', reject);
  });
}

function sendBug(channel: AnswerChannel, protocol: SimProtocol, error: unknown): void {
  const message = `The simulated provider itself failed: ${String(error)}`;
  const body = protocol.encodeError({ ...createStatusRefusal(500), message });
  if (channel.attempt.status === null) channel.send(500, 'application/json', body);
  else channel.breakOff();
}
