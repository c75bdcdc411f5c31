/**
 * One connection to a provider (step 3 of a request): serves requests one after the other, never
 * two at once. It passes the socket's bytes to `ResponseReader`, and what that reads to the `Call`.
 */

import type { Socket } from 'node:net';
import { asError, assertNever, codeOf } from '../../errors.ts';
import type { UpstreamCall } from '../../host.ts';
import type { Call } from '../call.ts';
import { ResponseReader } from './response-reader.ts';
import { readProxyLogin, WireError } from './wire-error.ts';
import { type Message, writeRequest } from './write-request.ts';

/** Manages connections: reuses, retries and drops them. */
export interface ConnectionKeeper {
  /** The connection is idle and may serve another request within `idleMs`. */
  giveBack(connection: Connection, idleMs: number): void;
  /**
   * The caller left before the answer ended, perhaps just before its last bytes. Abort the
   * connection unless the answer ends soon.
   */
  linger(connection: Connection): void;
  /**
   * Bytes arrived that no request had asked for, so any connection to this origin may mix up
   * answers.
   */
  distrust(): void;
  /**
   * The connection broke before the first byte of an answer. Returns true if the request is sent
   * again on a new one, because this one was reused.
   */
  askAgain(connection: Connection, message: Message, call: Call): boolean;
  /** Called when the connection is closed. */
  forget(connection: Connection): void;
}

export class Connection implements UpstreamCall {
  readonly #socket: Socket;
  readonly #keeper: ConnectionKeeper;
  readonly #isKept: boolean;
  /** The request in progress, until the first byte of its answer. */
  #message: Message | undefined;
  #isOpen = false;
  /** Set from the start of a request to the end of its answer. */
  #reader: ResponseReader | undefined;
  /** Receives the answer; undefined once the caller has left. */
  #call: Call | undefined;
  #isPaused = false;
  /** The other side has closed its sending half. */
  #hasEnded = false;
  /** Is true during a callback to the call. */
  #isTelling = false;
  /** Waiting for the end of an answer whose caller has left. */
  isLingering = false;
  /**
   * Monotonic ms, for the keeper. During a request: a close before this time means the reused
   * connection was stale; 0 for a new connection.
   */
  idleUntil = 0;

  /**
   * `open` creates the socket and calls back when it is writable. A connection that is not kept
   * serves a single request.
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

  /** False once the other side has closed: a request written now would be lost. */
  get isUsable(): boolean {
    return this.#socket.readable && this.#socket.writable;
  }

  /** Sends a request. Callbacks to the call begin after this returns. */
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

  /** Delivers the rest of the last read first, after this returns. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    queueMicrotask(() => this.#goOn());
  }

  /**
   * During a callback the connection is not dropped at once: a caller that leaves at the stream's
   * end marker is followed by the end of the answer in the same read or the next, and the
   * connection can be reused.
   */
  abort(): void {
    this.#call = undefined;
    this.#isPaused = false;
    if (!this.#isTelling) this.#socket.destroy();
  }

  /** Closes the connection and reports the error to the waiting call. */
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
    this.#call?.onConnection(true);
    if (this.#message !== undefined) writeRequest(this.#socket, this.#message);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#reader === undefined) {
      this.#socket.destroy(); // no request is waiting, so these bytes are no answer
      this.#suspect(bytes);
      return;
    }
    this.#message = undefined;
    this.#reader.feed(bytes);
    this.#read();
  };

  /**
   * Handles bytes that no request asked for. Some proxies send a 408 before they close an idle
   * connection; that is harmless.
   */
  #suspect(bytes: Buffer): void {
    if (!/^HTTP\/1\.[01] 408\b/.test(bytes.toString('latin1', 0, 16))) this.#keeper.distrust();
  }

  /**
   * The other side has closed. Bytes it sent before may still be buffered here or held by a paused
   * caller.
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

  /** Delivers what has arrived until the caller pauses. */
  #read(): void {
    const reader = this.#reader;
    if (reader === undefined || this.#isTelling) return;
    this.#isTelling = true;
    let isOver = false;
    try {
      isOver = this.#tell(reader);
    } catch (error) {
      // After bad bytes or a call that threw, the start of the next answer cannot be found.
      this.fail(asError(error));
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

  /** Returns true when the answer is complete. */
  #tell(reader: ResponseReader): boolean {
    while (!this.#isPaused) {
      const step = reader.next();
      switch (step) {
        case 'head':
          if (reader.status === 407) throw askedByProxy(reader.headers);
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

  /**
   * Frees the connection before the call sees the end, since the call may start the next request.
   */
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

/**
 * A provider never sends this. Without a class of its own it would count against the request or the
 * key.
 */
function askedByProxy(headers: ResponseReader['headers']): WireError {
  const { code, asks } = readProxyLogin(headers['proxy-authenticate']);
  return new WireError(code, `a proxy ${asks}`);
}

/** The other side has left, as reported by the system or seen here. */
function isHangUp(error: Error): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}
