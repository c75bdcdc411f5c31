/**
 * One upstream request in progress (step 3 of a request): takes the answer from a wire and passes
 * it to our handler. The handler gets exactly one end and nothing after it, whatever the wire does.
 * Compressed answers are unpacked here.
 */

import type { UpstreamCall, UpstreamHandler } from '../host.ts';
import type { Headers } from '../model/request.ts';
import { encodingOf, Unpacker } from './unpacker.ts';

export class Call implements UpstreamCall, UpstreamHandler {
  #handler: UpstreamHandler;
  /** Brings the answer. Not used again after it has reported an end. */
  #wire: UpstreamCall | undefined;
  /** Set if the answer is compressed. */
  #unpacker: Unpacker | undefined;
  /**
   * True once ended or aborted; a wire that was not attached yet is then not needed. Written here
   * only.
   */
  isOver = false;
  #isPaused = false;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  /** Attaches the wire that brings the answer from now on. */
  begin(wire: UpstreamCall): void {
    if (this.isOver) {
      wire.abort();
      return;
    }
    this.#wire = wire;
    if (this.#isPaused) wire.pause();
  }

  onHead(status: number, headers: Headers): void {
    if (this.isOver) return;
    if (headers['content-encoding'] !== undefined && encodingOf(headers) !== undefined)
      this.#handler = this.#unpack();
    this.#handler.onHead(status, headers);
  }

  onData(chunk: Buffer): void {
    if (this.isOver) return;
    this.#handler.onData(chunk);
    if (this.#unpacker?.isFull === true) this.#wire?.pause();
  }

  onConnection(isOpen: boolean): void {
    if (!this.isOver) this.#handler.onConnection?.(isOpen);
  }

  onResent(): void {
    if (!this.isOver) this.#handler.onResent?.();
  }

  onEnd(): void {
    if (this.#settle()) this.#handler.onEnd();
  }

  onError(error: Error, isUnsent: boolean): void {
    if (this.#settle()) this.#handler.onError(error, isUnsent);
  }

  pause(): void {
    this.#isPaused = true;
    this.#unpacker?.pause();
    this.#wire?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#unpacker?.resume();
    this.#goOn();
  }

  abort(): void {
    this.#unpacker?.close();
    const wire = this.#wire;
    if (this.#settle()) wire?.abort();
  }

  /** Resumes reading unless the consumer has paused. */
  #goOn(): void {
    if (!this.#isPaused && this.#unpacker?.isFull !== true) this.#wire?.resume();
  }

  #unpack(): Unpacker {
    this.#unpacker = new Unpacker(this.#handler, {
      onDrain: () => this.#goOn(),
      abort: () => this.abort(),
    });
    return this.#unpacker;
  }

  /** Returns true the first time only. Afterwards the wire may serve another request. */
  #settle(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.#wire = undefined;
    return true;
  }
}
