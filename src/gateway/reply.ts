/** Where the engine's answer goes in the gateway: a socket, with its back-pressure. */

import type { ServerResponse } from 'node:http';
import { formatFix, RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { Headers, ReplySink } from '../model/request.ts';
import type { Protocol } from '../protocols/contract/protocol.ts';
import { isEvents } from '../transport/sse.ts';
import type { InflightBytes } from './body.ts';
import { limitSending, type SendLimit } from './send-limit.ts';

interface Head {
  readonly status: number;
  readonly headers: Headers;
}

/** What an answer is sent with. */
export interface Sending {
  /** Beside the engine's own headers, and before them. */
  readonly extra: Headers;
  readonly clock: Clock;
  /** How long the client may read nothing while an answer waits for it. */
  readonly limitMs: number;
  /** Aborted, with the reason, when he has. */
  readonly caller: AbortController;
  /** What waits of a whole answer counts there. */
  readonly inflight: InflightBytes;
}

export class SocketSink implements ReplySink {
  readonly #response: ServerResponse;
  readonly #sending: Sending;
  /** Made when bytes have to wait for the first time. */
  #limit: SendLimit | undefined;
  /** Goes out with the first bytes; undefined from then on. */
  #head: Head | undefined;
  #headers: Headers = {};
  /** Who answers; known with the head. */
  target: string | undefined;
  /** When the first bytes went out, epoch ms. */
  firstAt: number | undefined;
  /** Of the answer, so far. */
  bytes = 0;

  constructor(response: ServerResponse, sending: Sending) {
    this.#response = response;
    this.#sending = sending;
  }

  head(status: number, headers: Headers): void {
    this.#head = { status, headers };
    this.#headers = headers;
    this.target = headers['x-holdfast-target'];
  }

  /** It is an answer in events. */
  get isStream(): boolean {
    return isEvents(this.#headers);
  }

  write(chunk: Uint8Array): boolean {
    this.#writeHead();
    this.bytes += chunk.length;
    if (this.#response.destroyed || this.#response.write(chunk)) return true;
    this.#limitWait();
    return false;
  }

  onDrain(resume: () => void): void {
    this.#response.once('drain', resume);
  }

  /**
   * An answer that is whole leaves with all others of this turn, unless the gateway, going down,
   * has ended it by then.
   */
  end(chunk?: Uint8Array): void {
    if (this.#head === undefined) {
      this.#endWith(chunk);
      return;
    }
    this.#sending.clock.afterTurn(() => {
      if (this.#response.writableEnded) return;
      this.#writeHead();
      this.#endWith(chunk);
    });
  }

  cut(): void {
    this.#response.destroy();
  }

  #endWith(last: Uint8Array | undefined): void {
    const response = this.#response;
    response.end(last);
    const waiting = response.destroyed ? 0 : response.writableLength;
    if (waiting === 0) return;
    this.#limitWait();
    const { inflight } = this.#sending;
    inflight.bytes += waiting;
    response.once('close', () => {
      inflight.bytes -= waiting;
    });
  }

  #limitWait(): void {
    const { clock, limitMs, caller } = this.#sending;
    const onHangUp = (): void => caller.abort(stoppedReading(limitMs));
    this.#limit ??= limitSending(this.#response, { clock, limitMs, onHangUp });
    this.#limit.watch();
  }

  #writeHead(): void {
    if (this.#head === undefined || this.#response.headersSent) return;
    this.#response.writeHead(this.#head.status, { ...this.#head.headers, ...this.#sending.extra });
    this.#head = undefined;
    this.firstAt = this.#sending.clock.now();
  }
}

function stoppedReading(limitMs: number): RequestError {
  const text = `the caller took nothing of the answer for ${limitMs / 1000} s (gateway.send_timeout)`;
  return new RequestError('client-closed', text, { status: 400 });
}

/** Answers with an error of the gateway itself. */
export interface Telling {
  /** The protocol of the path. */
  readonly protocol: Protocol;
  /** There is no record of a request that was refused before the engine. */
  readonly requestId: string;
  readonly extra: Headers;
}

/** An error of the gateway itself, in the shape of the protocol of the path. */
export function replyWithError(
  response: ServerResponse,
  error: RequestError,
  { protocol, requestId, extra }: Telling,
): void {
  if (response.headersSent || response.destroyed) return;
  const fix = error.fix === undefined ? '' : `. To fix: ${formatFix(error.fix)}`;
  const { status } = error;
  const fault = {
    status,
    code: error.code.replaceAll('-', '_'),
    message: `${error.message}${fix}`,
    requestId,
  };
  const { headers, body } = protocol.encodeError(fault);
  const named = { ...headersFor(error), 'x-holdfast-request-id': requestId };
  reply(response, { status, headers: { ...headers, ...named, ...extra } }, body);
}

/** Ends an answer that is under way because the gateway ends: in band where it has begun. */
export function replyGoingDown(response: ServerResponse, asked: Telling): void {
  if (response.writableEnded || response.destroyed) return;
  const message = 'the gateway is going down';
  const error = new RequestError('busy', message, {
    status: 429,
    fix: 'ask again in a moment',
  });
  if (!response.headersSent) replyWithError(response, error, asked);
  else {
    const { protocol, requestId } = asked;
    response.end(
      protocol.encodeStreamError({ status: error.status, code: error.code, message, requestId }),
    );
  }
}

function headersFor(error: RequestError): Headers {
  const advice = error.status === 429 ? { 'retry-after': '1' } : { 'x-should-retry': 'false' };
  return { ...advice, ...error.headers };
}

export function replyWithJson(response: ServerResponse, status: number, value: unknown): void {
  reply(
    response,
    { status, headers: { 'content-type': 'application/json' } },
    JSON.stringify(value),
  );
}

function reply(
  response: ServerResponse,
  { status, headers }: { readonly status: number; readonly headers: Headers },
  body: string,
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
