/**
 * Receives a request's body: once, and whole unless it is an upload. Enforces the limit of one body
 * and of all bodies in flight, and counts the memory made from it.
 */

import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { mayStream } from '../access/run/exchange.ts';
import { RequestError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { PackedBody } from '../model/credential.ts';
import type { TakeBodyMemory, Upload, WireBody } from '../model/request.ts';
import { Pieces } from '../transport/pieces.ts';
import type { Incoming } from './incoming.ts';
import { unpack } from './packed.ts';

/** In bytes. Coding agents send tens of megabytes; a larger body is a mistake. */
export const bodyLimit = 64 * 1024 * 1024;

/** In bytes: a longer body stays in the chunks in which it came. */
const inPiecesFrom = 32 * 1024;

/**
 * The rest of a refused body is read for this long: its sender may read our answer only after its
 * last byte.
 */
const lingerMs = 10_000;

/**
 * Bytes held for all requests: bodies (those still arriving included), what was made from them, and
 * whole answers that wait for their clients.
 */
export interface InflightBytes {
  bytes: number;
}

export interface HeldBody {
  /** Is empty for an upload. */
  readonly bytes: WireBody;
  /** A body announced as too large to hold, for a request that can be streamed through. */
  readonly upload?: Upload;
  readonly takeBodyMemory: TakeBodyMemory;
  /** Frees its bytes, and those of all that was made from it. */
  release(): void;
}

/**
 * Rejects with `RequestError`: 413 above 64 MB (unpacked), or where it would not fit into an idle
 * gateway; 429 when the gateway already holds too much.
 */
export async function takeBody(
  { request, response, path, config }: Incoming,
  inflight: InflightBytes,
  clock: Clock,
): Promise<HeldBody> {
  const { 'content-length': announced, 'content-encoding': encoding, expect } = request.headers;
  const length = Number(announced ?? 0);
  const { maxInflightBytes } = config.gateway;
  // `reserved` is the larger of the announced and the received bytes, plus what was made from them.
  const held = { pieces: new Pieces(), reserved: 0, isReleased: false };
  const release = (): void => {
    inflight.bytes -= held.reserved;
    held.reserved = 0;
    held.pieces = new Pieces();
    held.isReleased = true;
  };
  const takeBodyMemory = (bytes: number): void => {
    if (held.isReleased) return; // bytes that arrive after the answer would never be released
    if (bytes > 0 && inflight.bytes + bytes > maxInflightBytes)
      throw noRoom(held.reserved + bytes, config.gateway);
    inflight.bytes += bytes;
    held.reserved += bytes;
  };
  const isUpload =
    length > bodyLimit && encoding === undefined && mayStream(request.method ?? 'GET', path);
  const reserve = (bytes: number): void => {
    const more = Math.max(0, bytes - held.reserved);
    if (bytes > bodyLimit) throw bodyTooLarge();
    if (inflight.bytes + more > maxInflightBytes)
      throw noRoom(held.reserved + more, config.gateway);
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
        takeBodyMemory,
        release,
      };
    await receiveAll(request, held, reserve);
    const { pieces } = held;
    const isOne = pieces.all.length === 1 || pieces.length < inPiecesFrom;
    return { bytes: isOne ? pieces.join() : pieces.all, takeBodyMemory, release };
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

/**
 * Rejects with what `reserve` throws at so many bytes, where the sender goes away, or where the
 * body cannot be unpacked.
 */
function receiveAll(
  request: IncomingMessage,
  held: { readonly pieces: Pieces },
  reserve: (bytes: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const isPacked = request.headers['content-encoding'] !== undefined;
  const fail = (error: unknown): void => {
    unpacked?.stop();
    source.off('data', onData);
    reject(error);
  };
  const unpacked = isPacked ? unpack(request, fail) : undefined;
  const source = unpacked?.source ?? request;
  const onData = (chunk: Buffer): void => {
    held.pieces.add(chunk);
    try {
      reserve(held.pieces.length);
    } catch (error) {
      fail(error);
    }
  };
  source.on('data', onData);
  source.on('end', resolve);
  request.on('error', () => fail(hungUp()));
  request.on('aborted', () => fail(hungUp()));
  return promise;
}

/**
 * Keeps a packed body as it comes, for the vendor of its caller's login, beside what is unpacked of
 * it; counts it when it has arrived. Undefined for a plain one; one that is too long is sent
 * unpacked. Call it before the body is taken.
 */
export function keepPacked(
  request: IncomingMessage,
): ((take: TakeBodyMemory) => PackedBody | undefined) | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined) return undefined;
  let kept: Pieces | undefined = new Pieces();
  request.on('data', (chunk: Buffer) => {
    kept?.add(chunk);
    if (kept !== undefined && kept.length > bodyLimit) kept = undefined;
  });
  return (take) => {
    if (kept === undefined) return undefined;
    take(kept.length);
    return { encoding, bytes: kept.all };
  };
}

/** Reads the rest and drops it, so that the answer arrives before the connection closes. */
function discardRest(request: IncomingMessage, clock: Clock): void {
  const timer = clock.startTimer(lingerMs, () => request.destroy());
  request.on('data', () => undefined); // without a listener Node would discard an unbounded rest
  finished(request, () => timer.cancel());
}

function bodyTooLarge(): RequestError {
  return new RequestError('body-too-large', 'the request body is larger than 64 MB', {
    status: 413,
    fix: 'send less: shorten the history or leave out attachments; a file for /v1/files may be larger where content-length says so',
  });
}

/** A request of so many bytes finds no room; one too large for an idle gateway never will. */
function noRoom(
  bytes: number,
  { maxInflightBytes, maxInflightSource }: Incoming['config']['gateway'],
): RequestError {
  if (bytes <= maxInflightBytes) return busy();
  const what = `the request takes ${bytes} bytes, and the gateway may hold ${maxInflightBytes} for all`;
  return new RequestError('body-too-large', what, {
    status: 413,
    fix: `raise gateway.max_inflight_bytes (${maxInflightSource}), which is in bytes`,
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
  return new RequestError('client-closed', 'the caller hung up while sending');
}
