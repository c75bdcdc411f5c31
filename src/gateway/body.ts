/**
 * Takes a request's body in: once, whole but for an upload, within the limits of one body and of
 * all bodies in flight; and counts what is made of it.
 */

import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { mayStream } from '../access/run/exchange.ts';
import { RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { TakeRoom, Upload, WireBody } from '../model/request.ts';
import { Pieces } from '../transport/pieces.ts';
import type { Incoming } from './incoming.ts';

/** Coding agents send tens of megabytes; more than this is a mistake. */
const bodyLimit = 64 * 1024 * 1024;

/** A longer body stays in the pieces that it came in. */
const inPiecesFrom = 32 * 1024;

/**
 * How long a refused body may go on coming: its sender may read our answer only after its last
 * byte.
 */
const lingerMs = 10_000;

/**
 * All that is held of bodies: of requests, those still arriving included, what was made of them,
 * and whole answers that wait for their callers.
 */
export interface InflightBytes {
  bytes: number;
}

export interface HeldBody {
  /** Empty where there is an upload. */
  readonly bytes: WireBody;
  /** A body that was announced as too large to be held, of a request that can do without. */
  readonly upload?: Upload;
  readonly takeRoom: TakeRoom;
  /** Gives its room to others, with all that was made of it. */
  release(): void;
}

/** Rejects with `RequestError`: 413 over 64 MB, 429 when the gateway holds too much already. */
export async function takeBody(
  { request, response, path, config }: Incoming,
  inflight: InflightBytes,
  clock: Clock,
): Promise<HeldBody> {
  const { 'content-length': announced, expect } = request.headers;
  const length = Number(announced ?? 0);
  const { maxInflightBytes } = config.gateway;
  // `reserved` is what it takes of the common room: what was announced, or what came if that is
  // more; and what was made of it.
  const held = { pieces: new Pieces(), reserved: 0, isReleased: false };
  const release = (): void => {
    inflight.bytes -= held.reserved;
    held.reserved = 0;
    held.pieces = new Pieces();
    held.isReleased = true;
  };
  const takeRoom = (bytes: number): void => {
    if (held.isReleased) return; // what goes on behind its answer is not given back by anybody
    if (bytes > 0 && inflight.bytes + bytes > maxInflightBytes) throw busy();
    inflight.bytes += bytes;
    held.reserved += bytes;
  };
  const isUpload = length > bodyLimit && mayStream(request.method ?? 'GET', path);
  const reserve = (bytes: number): void => {
    const more = Math.max(0, bytes - held.reserved);
    if (bytes > bodyLimit) throw bodyTooLarge();
    if (inflight.bytes + more > maxInflightBytes) throw busy();
    inflight.bytes += more;
    held.reserved += more;
  };
  try {
    if (!isUpload) reserve(length);
    if (expect !== undefined) response.writeContinue();
    if (isUpload)
      return {
        bytes: held.pieces.join(),
        upload: createUpload(request, length),
        takeRoom,
        release,
      };
    await receiveAll(request, held, reserve);
    const { pieces } = held;
    const isOne = pieces.all.length === 1 || pieces.length < inPiecesFrom;
    return { bytes: isOne ? pieces.join() : pieces.all, takeRoom, release };
  } catch (error) {
    release();
    discardRest(request, clock);
    throw error;
  }
}

function createUpload(request: IncomingMessage, length: number): Upload {
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

/** Rejects with what `reserve` throws at so many bytes, or where the sender goes away. */
function receiveAll(
  request: IncomingMessage,
  held: { readonly pieces: Pieces },
  reserve: (bytes: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onData = (chunk: Buffer): void => {
    held.pieces.add(chunk);
    try {
      reserve(held.pieces.length);
    } catch (error) {
      request.off('data', onData);
      reject(error);
    }
  };
  request.on('data', onData);
  request.on('end', resolve);
  request.on('error', () => reject(hungUp()));
  request.on('aborted', () => reject(hungUp()));
  return promise;
}

/** Reads on without keeping anything, so that the answer arrives before the connection ends. */
function discardRest(request: IncomingMessage, clock: Clock): void {
  const timer = clock.startTimer(lingerMs, () => request.destroy());
  request.on('data', () => undefined); // without a listener Node would drop the rest unbounded
  finished(request, () => timer.cancel());
}

function bodyTooLarge(): RequestError {
  return new RequestError('body-too-large', 'the request body is larger than 64 MB', {
    status: 413,
    fix: 'send less: shorten the history or leave out attachments; a file for /v1/files may be larger where content-length says so',
  });
}

function busy(): RequestError {
  return new RequestError(
    'busy',
    'the gateway holds as many bytes of requests and answers as it may',
    {
      status: 429,
      headers: { 'retry-after': '1' },
      fix: 'try again in a second, or raise gateway.max_inflight_bytes',
    },
  );
}

function hungUp(): RequestError {
  return new RequestError('client-closed', 'the caller hung up while sending', { status: 400 });
}
