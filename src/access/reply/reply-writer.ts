/**
 * Writes one request's answer to its sink, whoever gives it: the early head for patient clients, our facts in headers or
 * comments, exactly one end. What stands here has reached the caller and cannot be taken back.
 */

import type { Redactor } from '../../credentials/redact.ts';
import { RequestError } from '../../errors.ts';
import type { Clock, Timer } from '../../host.ts';
import type { Headers, ReplySink } from '../../model/request.ts';
import { isRecord } from '../../protocols/is-record.ts';
import { parseOrNothing } from '../../protocols/json-body.ts';
import type { Protocol, ToldError } from '../../protocols/protocol.ts';
import { isEvents } from '../../transport/sse.ts';

/** Clients abort silent heads; a streamed request gets one this early, and a sign of life this often. */
const waitingEveryMs = 15_000;

const streamHeaders: Headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** Headers of the answering target that cross to the client, beside those with these prefixes. */
const replyHeaders = new Set([
  'content-type',
  'x-request-id',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'x-generation-id',
]);
/** Those of an answer of bytes, beside them: its length shows a client that it broke off. */
const byteHeaders = ['content-length', 'content-disposition'] as const;
const replyPrefixes = ['x-ratelimit-', 'anthropic-ratelimit-'] as const;

export interface ReplyFacts {
  readonly target: string;
  readonly attempts: number;
  /** What the request has cost, where that is known when its head goes out. */
  readonly usd?: number;
}

interface WriterParts {
  readonly sink: ReplySink;
  readonly clock: Clock;
  readonly protocol: Protocol;
  readonly requestId: string;
  /** For what crosses in headers: a provider may repeat the key that it was sent (law 20). */
  readonly redactor: Pick<Redactor, 'redactLoaded'>;
}

export class ReplyWriter {
  readonly #parts: WriterParts;
  #timer: Timer | undefined;
  #hasHead = false;
  #isEarly = false;
  /** No error can be told inside the answer: it is neither JSON nor events. */
  #isOpaque = false;
  #isOver = false;
  /** When the caller got its first content, monotonic ms. */
  contentAt: number | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** From now on a silent streamed request shows signs of life. */
  expectStream(): void {
    this.#stopWaiting();
    this.#timer = this.#parts.clock.startTimer(waitingEveryMs, () => this.#writeWaiting());
  }

  /** The answer broke and is being continued: signs of life again, and in the end the facts in a comment. */
  expectRest(): void {
    this.#isEarly = true;
    this.expectStream();
  }

  /** Starts the stream of the target that answers. */
  beginStream(upstream: Headers, facts: ReplyFacts): void {
    this.#stopWaiting();
    this.contentAt ??= this.#parts.clock.monotonic();
    if (this.#hasHead) return;
    this.#parts.sink.head(
      200,
      this.#addFacts(Object.assign(this.#pickHeaders(upstream), streamHeaders), facts),
    );
    this.#hasHead = true;
  }

  /** False asks to pause until `onDrain` calls back. */
  write(bytes: Uint8Array): boolean {
    return this.#parts.sink.write(bytes);
  }

  onDrain(resume: () => void): void {
    this.#parts.sink.onDrain(resume);
  }

  /** Ends a stream well, with its terminal marker last. */
  endStream(terminal: Uint8Array, facts: ReplyFacts): void {
    if (this.#isEarly && this.#parts.protocol.takesNoComments !== true)
      this.#parts.sink.write(this.#factComment(facts));
    this.#end(terminal);
  }

  /** Starts an answer of bytes, which go on as they come. */
  beginBytes({ status, headers }: { status: number; headers: Headers }, facts: ReplyFacts): void {
    this.#stopWaiting();
    const picked = this.#pickHeaders(headers);
    for (const name of byteHeaders) {
      const value = headers[name];
      if (value !== undefined) picked[name] = this.#parts.redactor.redactLoaded(value);
    }
    this.#isOpaque = !isEvents(picked);
    this.#parts.sink.head(status, this.#addFacts(picked, facts));
    this.#hasHead = true;
  }

  /** Ends it well. */
  endBytes(): void {
    this.#end();
  }

  /** A whole answer: its own status and bytes. */
  replyWhole(answer: { status: number; headers: Headers; body: Buffer }, facts: ReplyFacts): void {
    this.#stopWaiting();
    if (answer.status < 300) this.contentAt = this.#parts.clock.monotonic();
    const headers = this.#pickHeaders(answer.headers);
    headers['content-length'] = String(answer.body.length);
    this.#parts.sink.head(answer.status, this.#addFacts(headers, facts));
    this.#hasHead = true;
    this.#end(answer.body);
  }

  /** A whole answer of our own making. */
  replyOwn(body: string, headers: Headers): void {
    this.#stopWaiting();
    this.#hasHead = true;
    this.#parts.sink.head(200, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
      'x-holdfast-request-id': this.#parts.requestId,
    });
    this.#end(Buffer.from(body));
  }

  /** The provider's own refusal of the request itself, redacted (law 15). */
  replyRefusal(answer: { status: number; headers: Headers; body: string }, facts: ReplyFacts): void {
    if (!this.#hasHead) this.replyWhole({ ...answer, body: Buffer.from(answer.body) }, facts);
    else if (isErrorObject(answer.body)) this.#end(this.#frameRefusal(answer.body.replace(/[\r\n]+/g, ' ')));
    else this.fail({ status: answer.status, code: 'bad-request', message: answer.body });
  }

  /** One clean error: a status and body while nothing was sent, in band afterwards. */
  fail(failed: ToldError, headers: Headers = {}): void {
    this.#stopWaiting();
    if (this.#isOver) return;
    const error = { ...failed, requestId: this.#parts.requestId };
    if (this.#isOpaque) {
      this.#isOver = true;
      if (this.#parts.sink.cut === undefined) this.#parts.sink.end();
      else this.#parts.sink.cut();
      return;
    }
    if (this.#hasHead) {
      this.#end(Buffer.from(this.#parts.protocol.encodeStreamError(error)));
      return;
    }
    this.#hasHead = true;
    const encoded = this.#parts.protocol.encodeError(error);
    const body = Buffer.from(encoded.body);
    this.#parts.sink.head(error.status, {
      ...encoded.headers,
      ...headers,
      'content-length': String(body.length),
      'x-holdfast-request-id': this.#parts.requestId,
    });
    this.#end(body);
  }

  /** A fault of the request's or of ours: an answer that has begun ends with an error in band; any other is left to the caller of `access`. */
  giveUp(error: unknown): void {
    if (!this.#hasHead) this.abandon();
    else if (error instanceof RequestError) {
      const { status, code, message } = error;
      this.fail({ status, code, message });
    } else this.fail({ status: 500, code: 'local-fault', message: 'Holdfast could not go on' });
  }

  /** The caller is gone: nothing more is written. */
  abandon(): void {
    this.#stopWaiting();
    this.#isOver = true;
  }

  #frameRefusal(body: string): Buffer {
    return Buffer.from(this.#parts.protocol.frameRefusal?.(body) ?? `data: ${body}\n\n`);
  }

  #end(chunk?: Uint8Array): void {
    this.#stopWaiting();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.sink.end(chunk);
  }

  #writeWaiting(): void {
    if (!this.#hasHead) {
      this.#hasHead = true;
      this.#isEarly = true;
      this.#parts.sink.head(200, { ...streamHeaders, 'x-holdfast-request-id': this.#parts.requestId });
    }
    this.#parts.sink.write(
      Buffer.from(this.#parts.protocol.takesNoComments === true ? '\n' : ': waiting\n\n'),
    );
    this.expectStream();
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #pickHeaders(upstream: Headers): Record<string, string> {
    const picked: Record<string, string> = {};
    for (const name in upstream) {
      const value = upstream[name];
      if (value !== undefined && mayCross(name)) picked[name] = this.#parts.redactor.redactLoaded(value);
    }
    return picked;
  }

  #addFacts(headers: Record<string, string>, facts: ReplyFacts): Headers {
    headers['x-holdfast-request-id'] = this.#parts.requestId;
    headers['x-holdfast-target'] = toPlain(facts.target);
    headers['x-holdfast-attempts'] = String(facts.attempts);
    if (facts.usd !== undefined) headers['x-holdfast-cost'] = formatUsd(facts.usd);
    return headers;
  }

  #factComment(facts: ReplyFacts): Buffer {
    return Buffer.from(`: holdfast target=${toPlain(facts.target)} attempts=${facts.attempts}\n\n`);
  }
}

/** Without an exponent: `0.0000012`. */
function formatUsd(usd: number): string {
  return usd.toFixed(9).replace(/\.?0+$/, '');
}

/** A model's name may have any letter; a header and a comment take plain ones. */
function toPlain(text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  const whole = Buffer.from(text).toString(); // half a character would be refused below
  return whole.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}

/** In a stream, anything else would break the client's parser, or pass for an event without a meaning. */
function isErrorObject(text: string): boolean {
  const body = parseOrNothing(text);
  return isRecord(body) && body['error'] !== undefined && body['error'] !== null;
}

function mayCross(name: string): boolean {
  return replyHeaders.has(name) || name.startsWith(replyPrefixes[0]) || name.startsWith(replyPrefixes[1]);
}
