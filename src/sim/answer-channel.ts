/**
 * Sends one answer to a client: head and body with back-pressure, raw bytes and resets. Notices
 * when the client hangs up.
 */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { OpenAttempt } from './attempt-log.ts';

export type AnswerHeaders = Readonly<Record<string, string | number>>;

/** Sends one answer. Writes to a client that has gone are dropped. */
export class AnswerChannel {
  readonly attempt: OpenAttempt;
  /** Added to any answer. */
  headers: AnswerHeaders = {};
  readonly #response: ServerResponse;
  readonly #now: () => number;
  #abort: AbortController | undefined;
  #isClosed = false;
  #isBroken = false;

  constructor(response: ServerResponse, attempt: OpenAttempt, now: () => number) {
    this.#response = response;
    this.attempt = attempt;
    this.#now = now;
    response.once('close', () => this.#close());
    response.on('error', () => undefined); // the client is lost; `close` follows
  }

  /** True once either side has ended the answer. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Aborts when the answer is over. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isClosed) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Sends status and headers, at the latest with the first byte of the body. */
  head(status: number, headers: AnswerHeaders): void {
    this.attempt.status = status;
    this.#response.writeHead(status, {
      ...headers,
      ...this.headers,
      'x-request-id': this.requestId,
    });
  }

  flushHead(): void {
    this.#response.flushHeaders();
  }

  /** Names the request in the answer and in the log. */
  get requestId(): string {
    return `sim-${this.attempt.sequence}`;
  }

  /** Returns false when the client reads too slowly and `drained` should be awaited. */
  write(bytes: string | Uint8Array): boolean {
    return this.#isClosed || this.#response.write(bytes);
  }

  /** Resolves when more may be written, or the answer is over. */
  drained(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        this.#response.off('drain', settle);
        this.#response.off('close', settle);
        resolve();
      };
      this.#response.on('drain', settle);
      this.#response.on('close', settle);
    });
  }

  end(body?: string): void {
    this.#response.end(body);
  }

  send(status: number, contentType: string, body: string): void {
    this.head(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    this.end(body);
  }

  /** Sends bytes that need not be valid HTTP, then closes the connection. */
  sendRaw(bytes: string): void {
    this.attempt.status = 200;
    this.#isBroken = true;
    this.#socket?.write(bytes);
    this.#socket?.destroySoon();
  }

  /** Closes the connection after what was written, in the middle of the answer. */
  breakOff(): void {
    this.#isBroken = true;
    this.#socket?.destroySoon();
  }

  /** Sends a TCP RST. */
  reset(): void {
    this.#isBroken = true;
    this.#socket?.resetAndDestroy();
  }

  /** Resolves when the client has hung up. */
  hungUp(): Promise<void> {
    const { signal } = this;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }

  get #socket(): Socket | null {
    return this.#response.socket;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const now = this.#now();
    this.attempt.durationMs = now - this.attempt.at;
    if (!this.#isBroken && !this.#response.writableFinished) this.attempt.hungUpAtMs = now;
    this.#abort?.abort();
  }
}
