/**
 * Disconnects a client that stops reading its answer (step 6 of a request), since the provider's
 * connection, the request's bytes and its task slot stay in use meanwhile. No timer runs until
 * bytes have to wait.
 */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../host.ts';

/** Bytes still buffered for the client, and bytes already sent. */
export interface Outlet {
  /** Bytes that the system has not accepted yet. */
  waitingBytes(): number;
  /**
   * Total bytes accepted by the system; undefined while another answer goes first on the same
   * connection.
   */
  sentBytes(): number | undefined;
  hangUp(): void;
}

/** Progress is checked this often per limit, so a disconnect comes late by one interval at most. */
const looksPerLimit = 4;

export class SendLimit {
  readonly #clock: Clock;
  readonly #lookEveryMs: number;
  readonly #outlet: Outlet;
  #timer: Timer | undefined;
  #sent: number | undefined;
  #idleLooks = 0;

  constructor(clock: Clock, limitMs: number, outlet: Outlet) {
    this.#clock = clock;
    this.#lookEveryMs = limitMs / looksPerLimit;
    this.#outlet = outlet;
  }

  /** Starts to watch, until no bytes wait. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#sent = this.#outlet.sentBytes();
    this.#idleLooks = 0;
    this.#lookLater();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #lookLater(): void {
    this.#timer = this.#clock.startTimer(this.#lookEveryMs, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#outlet.waitingBytes() === 0) return;
    const sent = this.#outlet.sentBytes();
    const isIdle = sent !== undefined && sent === this.#sent;
    this.#sent = sent;
    this.#idleLooks = isIdle ? this.#idleLooks + 1 : 0;
    if (this.#idleLooks < looksPerLimit) this.#lookLater();
    else this.#outlet.hangUp();
  }
}

/**
 * Limits one answer and ends with it. The connection is reset, since nobody will read what is in
 * the system's buffers.
 */
export function limitSending(
  response: ServerResponse,
  {
    clock,
    limitMs,
    onHangUp,
  }: { readonly clock: Clock; readonly limitMs: number; onHangUp(): void },
): SendLimit {
  const limit = new SendLimit(clock, limitMs, {
    waitingBytes: () => (response.destroyed ? 0 : response.writableLength),
    sentBytes: () => (response.socket === null ? undefined : sentBytes(response.socket)),
    hangUp: () => {
      onHangUp();
      response.socket?.resetAndDestroy();
    },
  });
  response.once('close', () => limit.stop());
  return limit;
}

/**
 * A whole answer is one write, which the stream counts only when it is complete; only the handle
 * knows its progress.
 */
export function sentBytes(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = parseHandle(socket);
  if (bytesWritten === undefined || writeQueueSize === undefined)
    return socket.bytesWritten - socket.writableLength;
  return bytesWritten - writeQueueSize;
}

/** Node's own socket timeout reads these fields; they are not documented. */
function parseHandle(socket: Socket): {
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
} {
  return (socket as { readonly _handle?: object | null })._handle ?? {};
}
