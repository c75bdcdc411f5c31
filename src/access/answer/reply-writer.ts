/**
 * Writes one request's answer to its sink, from any source: an early head for patient clients, our
 * facts in headers or comments, exactly one end. Written bytes have reached the caller and cannot
 * be taken back.
 */

import type { Redactor } from '../../credentials/redact/redact.ts';
import { RequestError } from '../../errors.ts';
import type { Host, Timer } from '../../host.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { AccessRequest, Headers, ReplySink } from '../../model/request.ts';
import {
  encodeError,
  encodeStreamError,
  frameError,
} from '../../protocols/contract/encode-error.ts';
import type { Protocol, ToldError } from '../../protocols/contract/protocol.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import { isEvents } from '../../transport/sse.ts';
import { signOfLifeMs } from '../waiting/patience.ts';

const streamHeaders: Headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** Headers of the answering target that the client gets, beside those of its limits. */
const replyHeaders = new Set([
  'content-type',
  'x-request-id',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'x-generation-id',
]);
/** The same for an answer of bytes: its length shows a client that it is incomplete. */
const byteHeaders = new Set([...replyHeaders, 'content-length', 'content-disposition']);

/** Headers of an answer that speak of its way to us, or set cookies for a browser. */
const ofOneHop = new Set([
  'alt-svc',
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'set-cookie',
  'strict-transport-security',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

export interface ReplyFacts {
  readonly target: string;
  readonly attempts: number;
  /** A caller's own login answered: all that its vendor says beside the answer is the caller's. */
  readonly isAsSent?: boolean;
  /** The cost of the request, if known when its head is sent. */
  readonly usd?: number;
}

/** The source of the bytes, which can be paused. */
interface Pausable {
  pause(): void;
  resume(): void;
}

/** The start of an answer. */
interface Beginning {
  readonly status: number;
  readonly headers: Headers;
  readonly facts: ReplyFacts;
  /** Our headers, which replace the target's. */
  readonly own?: Headers;
  /** The names of the target's headers that pass. Default: `replyHeaders`. */
  readonly crossing?: ReadonlySet<string>;
}

/** The part of the engine that the writer needs. */
interface WriterEngine {
  readonly host: Pick<Host, 'clock'>;
  readonly redactor: Redactor;
  readonly protocols: Readonly<Record<ProtocolName, Protocol>>;
}

export class ReplyWriter {
  readonly #engine: WriterEngine;
  readonly #sink: ReplySink;
  readonly #protocol: Protocol;
  readonly #requestId: string;
  #timer: Timer | undefined;
  /** A head was sent, and with it a status. */
  hasBegun = false;
  #isEarly = false;
  /** The answer is neither JSON nor events, so an error cannot be written into it. */
  #isOpaque = false;
  #isOver = false;
  /** The caller got its first content at this time, monotonic ms. */
  contentAt: number | undefined;

  constructor(
    engine: WriterEngine,
    { id, protocol }: Pick<AccessRequest, 'id' | 'protocol'>,
    sink: ReplySink,
  ) {
    this.#engine = engine;
    this.#sink = sink;
    this.#protocol = engine.protocols[protocol];
    this.#requestId = id;
  }

  /** From now on a silent streamed request sends keep-alives: clients abort silent heads. */
  expectStream(): void {
    this.#stopWaiting();
    this.#timer = this.#engine.host.clock.startTimer(signOfLifeMs, () => this.#writeWaiting());
  }

  /**
   * The broken answer is being continued: keep-alives again, and at the end our facts in a comment.
   */
  expectRest(): void {
    this.#isEarly = true;
    this.expectStream();
  }

  /** Starts the stream of the answering target. */
  beginStream(headers: Headers, facts: ReplyFacts): void {
    this.contentAt ??= this.#engine.host.clock.monotonic();
    if (this.hasBegun) this.#stopWaiting();
    else this.#begin({ status: 200, headers, facts, own: streamHeaders });
  }

  /** Pauses the source while the caller takes no more. */
  write(bytes: Uint8Array, source: Pausable): void {
    if (this.#sink.write(bytes)) return;
    source.pause();
    this.#sink.onDrain(() => source.resume());
  }

  /** Ends a complete stream, with its terminal marker last. */
  endStream(terminal: Uint8Array, facts: ReplyFacts): void {
    if (this.#isEarly && this.#protocol.takesNoComments !== true)
      this.#sink.write(this.#factComment(facts));
    this.#end(terminal);
  }

  /** Starts an answer of bytes, which are relayed as they come. */
  beginBytes({ status, headers }: { status: number; headers: Headers }, facts: ReplyFacts): void {
    this.#isOpaque = !isEvents(headers);
    this.#begin({ status, headers, facts, crossing: byteHeaders });
  }

  /** Ends a complete one. */
  endBytes(): void {
    this.#end();
  }

  /** Sends a whole answer with its own status and bytes. `isFinal`: asking again does not help. */
  replyWhole(
    answer: { status: number; headers: Headers; body: Buffer },
    facts: ReplyFacts,
    isFinal = false,
  ): void {
    const { status, headers, body } = answer;
    if (status < 300) this.contentAt = this.#engine.host.clock.monotonic();
    const stop = isFinal && facts.isAsSent !== true && isRepeated(status);
    const own = {
      'content-length': String(body.length),
      ...(stop && { 'x-should-retry': 'false' }),
    };
    this.#begin({ status, headers, facts, own });
    this.#end(body);
  }

  /** Sends a whole answer of our own. */
  replyOwn(text: string, headers: Headers = {}, status = 200): void {
    const body = Buffer.from(text);
    this.#sink.head(status, {
      'content-type': 'application/json',
      ...headers,
      'content-length': String(body.length),
      'x-holdfast-request-id': this.#requestId,
    });
    this.hasBegun = true;
    this.#end(body);
  }

  /** Sends the provider's own refusal of the request itself, redacted (law 15). */
  replyRefusal(
    answer: { status: number; headers: Headers; body: string },
    facts: ReplyFacts,
  ): void {
    if (!this.hasBegun) this.replyWhole({ ...answer, body: Buffer.from(answer.body) }, facts, true);
    else if (isErrorObject(answer.body))
      this.#end(Buffer.from(frameError(this.#protocol, answer.body.replace(/[\r\n]+/g, ' '))));
    else this.fail({ status: answer.status, code: 'bad-request', message: answer.body });
  }

  /** Sends one clean error: a status and body before anything was sent, in band afterwards. */
  fail(failed: ToldError, headers: Headers = {}): void {
    this.#stopWaiting();
    if (this.#isOver) return;
    const error = { ...failed, requestId: this.#requestId };
    if (this.#isOpaque) {
      this.#isOver = true;
      if (this.#sink.cut === undefined) this.#sink.end();
      else this.#sink.cut();
      return;
    }
    if (this.hasBegun) {
      this.#end(Buffer.from(encodeStreamError(this.#protocol, error)));
      return;
    }
    const encoded = encodeError(this.#protocol, error);
    this.replyOwn(encoded.body, { ...encoded.headers, ...headers }, error.status);
  }

  /** Ends an answer after a fault of the request or of ours, in band if it has begun. */
  giveUp(error: unknown): void {
    if (error instanceof RequestError) {
      const { status, code, message } = error;
      this.fail({ status, code, message });
    } else this.fail({ status: 500, code: 'local-fault', message: 'Holdfast could not go on' });
  }

  /** The caller is gone: nothing more is written. */
  abandon(): void {
    this.#stopWaiting();
    this.#isOver = true;
  }

  #end(chunk?: Uint8Array): void {
    this.#stopWaiting();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sink.end(chunk);
  }

  #writeWaiting(): void {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.#isEarly = true;
      this.#sink.head(200, { ...streamHeaders, 'x-holdfast-request-id': this.#requestId });
    }
    this.#sink.write(Buffer.from(this.#protocol.takesNoComments === true ? '\n' : ': waiting\n\n'));
    this.expectStream();
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #begin({ status, headers, facts, own, crossing = replyHeaders }: Beginning): void {
    this.#stopWaiting();
    const head: Record<string, string> = {};
    for (const name in headers) {
      const value = headers[name];
      const crosses =
        crossing.has(name) ||
        name.startsWith('x-ratelimit-') ||
        name.startsWith('anthropic-ratelimit-') ||
        (facts.isAsSent === true && !ofOneHop.has(name));
      // A provider may repeat the key that it received (law 20).
      if (crosses && value !== undefined) head[name] = this.#engine.redactor.redactLoaded(value);
    }
    Object.assign(head, own);
    head['x-holdfast-request-id'] = this.#requestId;
    head['x-holdfast-target'] = asciiOnly(facts.target);
    head['x-holdfast-attempts'] = String(facts.attempts);
    if (facts.usd !== undefined) head['x-holdfast-cost'] = plainUsd(facts.usd);
    this.#sink.head(status, head);
    this.hasBegun = true;
  }

  #factComment(facts: ReplyFacts): Buffer {
    return Buffer.from(
      `: holdfast target=${asciiOnly(facts.target)} attempts=${facts.attempts}\n\n`,
    );
  }
}

/** SDKs ask again after such a status, unless a header forbids it. */
function isRepeated(status: number): boolean {
  return status === 408 || status === 409 || status === 429;
}

/** Writes no exponent: `0.0000012`. */
function plainUsd(usd: number): string {
  return usd.toFixed(9).replace(/\.?0+$/, '');
}

/** A model's name may contain any character; a header and a comment need ASCII. */
function asciiOnly(text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  const whole = Buffer.from(text).toString(); // half a character would be rejected below
  return whole.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}

/** Anything else in a stream would break the client's parser, or look like an unknown event. */
function isErrorObject(text: string): boolean {
  const body = parseOrNothing(text);
  return isRecord(body) && body['error'] !== undefined && body['error'] !== null;
}
