/**
 * Hands a worker's requests for admin paths to the primary, which alone has the sessions, links,
 * counters and streams of the gateway. The primary checks each as one that came to it directly: its
 * socket opens nothing that the port does not.
 */

import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { pipeline } from 'node:stream';
import { RequestError } from '../errors.ts';
import { isEvents } from '../transport/sse.ts';
import { type Incoming, parseHeaders } from './incoming.ts';
import type { AdminSide } from './processes.ts';

/** They speak of one connection (RFC 9110 § 7.6.1); `expect` was answered before. */
const notPassed: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'upgrade', 'expect']);

export class Relay implements AdminSide {
  readonly #socketPath: string;
  readonly #streams = new Set<ServerResponse>();

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Rejects with `RequestError` if the primary does not answer. */
  answer({ request, response }: Pick<Incoming, 'request' | 'response'>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { method, url: path } = request;
    const headers = passedOn(request);
    // A connection for each request: none can have been closed by the other side meanwhile.
    const where = { socketPath: this.#socketPath, agent: false };
    const asked = sendRequest({ ...where, method, path, headers });
    response.on('close', () => {
      this.#streams.delete(response);
      asked.destroy();
      resolve();
    });
    asked.on('response', (answer) => {
      if (isEvents(parseHeaders(answer))) this.#streams.add(response);
      passAnswer(answer, response);
    });
    asked.on('error', () => {
      if (response.headersSent) response.destroy();
      else reject(primaryGone());
    });
    request.pipe(asked);
    return promise;
  }

  close(): void {
    for (const response of this.#streams) response.end();
  }
}

function passAnswer(answer: IncomingMessage, response: ServerResponse): void {
  // Node frames the body anew, as the client's version of HTTP needs it
  const headers = passedOn(answer, 'transfer-encoding');
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  response.flushHeaders();
  // What breaks off there breaks off here: the client must not take it for whole.
  pipeline(answer, response, () => undefined);
}

/** As they were written: their case, order and repeats. */
function passedOn({ rawHeaders }: IncomingMessage, alsoNot?: string): string[] {
  const kept: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const known = name.toLowerCase();
    if (!notPassed.has(known) && known !== alsoNot) kept.push(name, value);
  }
  return kept;
}

function primaryGone(): RequestError {
  return new RequestError(
    'gateway-unreachable',
    'the primary process of this gateway does not answer; it alone has the admin API and the page',
    { status: 503, fix: 'ask again in a moment, or restart the gateway' },
  );
}
