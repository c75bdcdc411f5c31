/** Takes a request's body in: once, whole, within the limits of one body and of all bodies in flight. */

import type { IncomingMessage } from 'node:http';
import { RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { Upload, WireBody } from '../model/request.ts';
import { Pieces } from '../transport/pieces.ts';

/** Coding agents send tens of megabytes; more than this is a mistake. */
const bodyLimit = 64 * 1024 * 1024;

/** A body that is announced as too large to be held, where its request can do without; undefined for any other. */
export function takeUpload(request: IncomingMessage, mayStream: () => boolean): Upload | undefined {
  const length = Number(request.headers['content-length'] ?? 0);
  if (!(length > bodyLimit) || !mayStream()) return undefined;
  let isSpent = false;
  return {
    length,
    get isSpent() {
      return isSpent;
    },
    sendTo: (socket) => {
      isSpent = true;
      request.pipe(socket, { end: false });
    },
  };
}

/** A longer body stays in the pieces that it came in. */
const inPiecesFrom = 32 * 1024;

/** How long a refused body may go on coming: its sender may read our answer only after its last byte. */
const lingerMs = 10_000;

/** Bytes of all bodies being held: of requests, those still arriving included, and of whole answers that wait for their callers. */
export class InflightBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

export interface BodyRoom {
  readonly inflight: InflightBytes;
  /** Of all bodies together. */
  readonly inflightLimit: number;
  readonly clock: Clock;
  /** Called when the body may come; a sender that asked first waits for it. */
  readonly invite: () => void;
}

export interface HeldBody {
  readonly bytes: WireBody;
  /** Gives its room to others. */
  release(): void;
}

/** Of an upload nothing is held. */
export const heldByNobody: HeldBody = { bytes: Buffer.alloc(0), release: () => undefined };

/** Rejects with `RequestError`: 413 over 64 MB, 429 when the gateway holds too much already. */
export async function takeBody(request: IncomingMessage, room: BodyRoom): Promise<HeldBody> {
  const intake = new Intake(request, room);
  try {
    return { bytes: await intake.read(), release: () => intake.release() };
  } catch (error) {
    intake.release();
    throw error;
  }
}

class Intake {
  readonly #request: IncomingMessage;
  readonly #room: BodyRoom;
  #pieces = new Pieces();
  /** Bytes of the common room that this body takes: what was announced, or what came if that is more. */
  #reserved = 0;

  constructor(request: IncomingMessage, room: BodyRoom) {
    this.#request = request;
    this.#room = room;
  }

  read(): Promise<WireBody> {
    return new Promise((resolve, reject) => {
      const request = this.#request;
      const refuse = (error: RequestError): void => {
        request.off('data', take);
        discardRest(request, this.#room.clock);
        reject(error);
      };
      const take = (chunk: Buffer): void => {
        this.#pieces.add(chunk);
        const refusal = this.#reserve(this.#pieces.length);
        if (refusal !== undefined) refuse(refusal);
      };
      const refusal = this.#reserve(Number(request.headers['content-length'] ?? 0));
      if (refusal !== undefined) {
        refuse(refusal);
        return;
      }
      this.#room.invite();
      request.on('data', take);
      request.on('end', () => resolve(this.#join()));
      request.on('error', () => reject(hungUp()));
      request.on('aborted', () => reject(hungUp()));
    });
  }

  release(): void {
    this.#room.inflight.add(-this.#reserved);
    this.#reserved = 0;
    this.#pieces = new Pieces();
  }

  /** Takes room for a body of this length, or says why there is none. */
  #reserve(length: number): RequestError | undefined {
    const { inflight, inflightLimit } = this.#room;
    const more = Math.max(0, length - this.#reserved);
    if (length > bodyLimit) return bodyTooLarge();
    if (inflight.bytes + more > inflightLimit) return busy();
    inflight.add(more);
    this.#reserved += more;
    return undefined;
  }

  #join(): WireBody {
    const pieces = this.#pieces.all();
    const isOne = pieces.length === 1 || this.#pieces.length < inPiecesFrom;
    return isOne ? this.#pieces.join() : pieces;
  }
}

/** Reads on without keeping anything, so that the answer arrives before the connection ends. */
function discardRest(request: IncomingMessage, clock: Clock): void {
  const timer = clock.startTimer(lingerMs, () => request.destroy());
  request.on('data', () => undefined); // without a listener Node would drop the rest unbounded
  request.on('end', () => timer.cancel());
  request.on('close', () => timer.cancel());
  request.on('error', () => timer.cancel());
}

function bodyTooLarge(): RequestError {
  return new RequestError('body-too-large', 'the request body is larger than 64 MB', {
    status: 413,
    howToFix:
      'send less: shorten the history or leave out attachments; a file for /v1/files may be larger where content-length says so',
  });
}

function busy(): RequestError {
  return new RequestError('busy', 'the gateway holds as many bytes of requests and answers as it may', {
    status: 429,
    howToFix: 'try again in a second, or raise gateway.max_inflight_bytes',
  });
}

function hungUp(): RequestError {
  return new RequestError('client-closed', 'the caller hung up while sending', { status: 400 });
}
