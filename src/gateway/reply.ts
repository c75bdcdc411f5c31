/** Writes the engine's answer to the client's socket, with back-pressure. */

import type { ServerResponse } from 'node:http';
import { createErrorText } from '../access/wording/error-text.ts';
import { RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { Headers, ReplySink } from '../model/request.ts';
import { encodeError, encodeStreamError } from '../protocols/contract/encode-error.ts';
import type { Protocol } from '../protocols/contract/protocol.ts';
import { isEvents } from '../transport/sse.ts';
import type { InflightBytes } from './body.ts';
import { limitSending, type SendLimit } from './send-limit.ts';

interface Head {
  readonly status: number;
  readonly headers: Headers;
}

export interface Sending {
  /** Sent before the engine's own headers. */
  readonly extra: Headers;
  readonly clock: Clock;
  /** The client may read nothing for this long while an answer waits for it. */
  readonly limitMs: number;
  /** Aborted, with the reason, when that limit is over. */
  readonly caller: AbortController;
  /** Counts the unsent part of a whole answer. */
  readonly inflight: InflightBytes;
}

export class SocketSink implements ReplySink {
  readonly #response: ServerResponse;
  readonly #sending: Sending;
  /** Created when bytes first have to wait. */
  #limit: SendLimit | undefined;
  /** Sent with the first bytes, then undefined. */
  #head: Head | undefined;
  #headers: Headers = {};
  /** Names the target that answers; known with the head. */
  target: string | undefined;
  /** Is set with the first bytes, in epoch ms. */
  firstAt: number | undefined;
  /** Bytes of the answer sent so far. */
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
   * A whole answer is sent together with all others of this turn, unless a shutdown has ended it
   * before.
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
  const text = `the caller read nothing of the answer for ${limitMs / 1000} s (gateway.send_timeout)`;
  return new RequestError('client-closed', text);
}

export interface Telling {
  /** Is the protocol of the path. */
  readonly protocol: Protocol;
  /** A request refused before the engine has no record. */
  readonly requestId: string;
  readonly extra: Headers;
}

/** Sends an error of the gateway itself, in the protocol of the path. */
export function replyWithError(
  response: ServerResponse,
  error: RequestError,
  telling: Telling,
): void {
  if (response.headersSent || response.destroyed) return;
  const { head, body } = encodeRefusal(error, telling);
  reply(response, head, body);
}

export interface RefusalAnswer {
  readonly head: Head;
  readonly body: string;
}

/** Writes such an error. */
export function encodeRefusal(
  error: RequestError,
  { protocol, requestId, extra }: Telling,
): RefusalAnswer {
  const { status, message: what, fix } = error;
  const code = error.code.replaceAll('-', '_');
  const fault = { ...createErrorText({ what, fix }), status, code, requestId };
  const { headers, body } = encodeError(protocol, fault);
  const named = { ...headersFor(error), 'x-holdfast-request-id': requestId };
  return { head: { status, headers: { ...headers, ...named, ...extra } }, body };
}

/** Ends an unfinished answer at shutdown: in band if it has begun. */
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
    const { status, code } = error;
    response.end(encodeStreamError(protocol, { status, code, message, requestId }));
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

function reply(response: ServerResponse, { status, headers }: Head, body: string): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
