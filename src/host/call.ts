/**
 * One upstream request under way (step 3 of a request): the wire that brings its answer on one
 * side, our handler on the other. Whatever the wire does, the handler hears of one end, and of
 * nothing after it. Compressed answers are unpacked here.
 */

import type { UpstreamCall, UpstreamHandler } from '../host.ts';
import type { Headers } from '../model/request.ts';
import { encodingOf, Unpacker } from './unpacker.ts';

export class Call implements UpstreamCall, UpstreamHandler {
  #handler: UpstreamHandler;
  /** What brings the answer. Nothing is asked of it after it has told of an end. */
  #wire: UpstreamCall | undefined;
  /** Set where the answer comes compressed. */
  #unpacker: Unpacker | undefined;
  /** Ended, or aborted: a wire that was not taken yet need not be. Kept here alone. */
  isOver = false;
  #isPaused = false;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  /** From now on this wire brings the answer. */
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

  /** Reads on, unless somebody behind has enough for now. */
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

  /** True once. The wire may serve another request from now on. */
  #settle(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.#wire = undefined;
    return true;
  }
}
