/**
 * One connection to a provider (step 3 of a request): requests one after the other, never two at
 * once. Everything that comes from its socket passes here; what it means is read by
 * `ResponseReader`, and who hears it is the `Call`.
 */

import type { Socket } from 'node:net';
import { assertNever } from '../../errors.ts';
import type { UpstreamCall } from '../../host.ts';
import type { Call } from '../call.ts';
import { ResponseReader } from './response-reader.ts';
import { WireError } from './wire-error.ts';
import { type Message, writeRequest } from './write-request.ts';

/** Who keeps connections. */
export interface ConnectionKeeper {
  /** The connection may serve another request within `idleMs`. Nobody has it now. */
  giveBack(connection: Connection, idleMs: number): void;
  /**
   * Nobody wants the rest of an answer, which may be over with the next read: to be aborted unless
   * it is, soon.
   */
  linger(connection: Connection): void;
  /**
   * Bytes came that nobody had asked for: a request on any connection to this origin may get
   * another's answer.
   */
  distrust(): void;
  /**
   * It broke before a byte of the answer came. True where the request is asked again on a new one,
   * because this one was used before.
   */
  askAgain(connection: Connection, message: Message, call: Call): boolean;
  /** It is gone. */
  forget(connection: Connection): void;
}

export class Connection implements UpstreamCall {
  readonly #socket: Socket;
  readonly #keeper: ConnectionKeeper;
  readonly #isKept: boolean;
  /** Kept until the first byte of its answer. */
  #message: Message | undefined;
  #isOpen = false;
  /** Set from a request's begin to the end of its answer. */
  #reader: ResponseReader | undefined;
  /** Who hears the answer; undefined as soon as nobody wants to. */
  #call: Call | undefined;
  #isPaused = false;
  /** The other side sends no more. */
  #hasEnded = false;
  /** The call is being told something right now. */
  #isTelling = false;
  /** Waits for the end of an answer that nobody wants. */
  isLingering = false;
  /**
   * Monotonic ms; kept for the keeper. While it serves a request: until when a close means that it
   * was too old; 0 for a new one.
   */
  idleUntil = 0;

  /**
   * `open` makes the socket, and calls back when it may be written to. One that is not kept serves
   * a single request.
   */
  constructor(open: (onOpen: () => void) => Socket, keeper: ConnectionKeeper, isKept: boolean) {
    this.#keeper = keeper;
    this.#isKept = isKept;
    this.#socket = open(() => this.#onOpen());
    this.#socket.on('data', this.#onData);
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('error', (error) => this.fail(error));
    this.#socket.on('close', () => this.#onClose());
  }

  /** False as soon as the other side has said farewell: a request written now would be lost. */
  get isUsable(): boolean {
    return this.#socket.readable && this.#socket.writable;
  }

  /** Sends a request; the call hears of it later than this returns. */
  start(message: Message, call: Call): void {
    this.#reader = new ResponseReader();
    this.#call = call;
    this.#socket.ref();
    this.#message = message;
    call.begin(this);
    if (this.#isOpen) writeRequest(this.#socket, message);
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  /** What was left of the last read comes first, and later than this returns. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    queueMicrotask(() => this.#goOn());
  }

  /**
   * From within a callback the connection is not given up at once: whoever has heard the marker of
   * a stream goes away, and the end of the answer is in the same read or in the next.
   */
  abort(): void {
    this.#call = undefined;
    this.#isPaused = false;
    if (!this.#isTelling) this.#socket.destroy();
  }

  /** Ends everything; whoever waits for an answer hears why. */
  fail(error: Error): void {
    const call = this.#call;
    const message = this.#message;
    const isUnsent = !this.#isOpen || this.#socket.writableLength > 0;
    this.#call = undefined;
    this.#socket.destroy();
    if (call === undefined) return;
    const isAskedAgain =
      message !== undefined && isHangUp(error) && this.#keeper.askAgain(this, message, call);
    if (!isAskedAgain) call.onError(error, isUnsent);
  }

  #onOpen(): void {
    this.#isOpen = true;
    if (this.#message !== undefined) writeRequest(this.#socket, this.#message);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#reader === undefined) {
      this.#socket.destroy(); // nobody asked for anything: whatever it is, it is no answer
      this.#suspect(bytes);
      return;
    }
    this.#message = undefined;
    this.#reader.feed(bytes);
    this.#read();
  };

  /**
   * Bytes that nobody had asked for. A 408 is what some proxies say before they close a connection
   * that was idle for too long.
   */
  #suspect(bytes: Buffer): void {
    if (!/^HTTP\/1\.[01] 408\b/.test(bytes.toString('latin1', 0, 16))) this.#keeper.distrust();
  }

  /**
   * The other side sends no more. What it has sent may still be waiting, here or with a caller who
   * pauses.
   */
  #onEnd(): void {
    this.#hasEnded = true;
    if (this.#reader === undefined) this.#socket.destroy();
    else this.#read();
  }

  #onClose(): void {
    this.#keeper.forget(this);
    if (this.#call !== undefined) this.#onEnd();
  }

  #goOn(): void {
    if (this.#isPaused) return;
    this.#read();
    if (!this.#isPaused) this.#socket.resume();
  }

  /** Tells all that has come, as far as it is wanted. */
  #read(): void {
    const reader = this.#reader;
    if (reader === undefined || this.#isTelling) return;
    this.#isTelling = true;
    let isOver = false;
    try {
      isOver = this.#tell(reader);
    } catch (error) {
      this.fail(asError(error)); // no answer, or a call that threw: the next answer could not be told from the rest of this one
    } finally {
      this.#isTelling = false;
    }
    if (isOver) this.#finish(reader);
    else if (this.#call === undefined) this.#linger();
  }

  #linger(): void {
    if (!this.#isKept || this.isLingering || this.#socket.destroyed) {
      this.#socket.destroy();
      return;
    }
    this.isLingering = true;
    this.#socket.resume();
    this.#socket.unref();
    this.#keeper.linger(this);
  }

  /** True when the answer is over. */
  #tell(reader: ResponseReader): boolean {
    while (!this.#isPaused) {
      const step = reader.next();
      switch (step) {
        case 'head':
          if (reader.status === 407) throw askedByProxy();
          this.#call?.onHead(reader.status, reader.headers);
          break;
        case 'data':
          this.#call?.onData(reader.data);
          break;
        case 'more':
          if (!this.#hasEnded) return false;
          reader.close();
          break;
        case 'end':
          return true;
        default:
          assertNever(step);
      }
    }
    return false;
  }

  /** The connection is free before the call hears of the end, which may bring the next request. */
  #finish(reader: ResponseReader): void {
    const call = this.#call;
    this.#call = undefined;
    this.#reader = undefined;
    this.isLingering = false;
    const { surplus } = reader;
    const isClean = surplus.length === 0 && this.#socket.writableLength === 0 && this.#isKept;
    if (surplus.length > 0) this.#suspect(surplus);
    if (isClean && reader.idleMs > 0 && this.isUsable) {
      this.#socket.resume();
      this.#socket.unref();
      this.#keeper.giveBack(this, reader.idleMs);
    } else {
      this.#socket.destroy();
    }
    call?.onEnd();
  }
}

/** No provider says so: it would be taken for a verdict on the request or on the key. */
function askedByProxy(): WireError {
  const what = 'a proxy asks for a user and a password: http://USER:PASSWORD@HOST:PORT';
  return new WireError('ERR_PROXY_CONNECT', what);
}

/** The other side has left, as the system says it or as we saw it. */
function isHangUp(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
