/**
 * Unpacks a request's body while it arrives, before anything reads it: Codex with a login sends
 * zstd, and proxies pack what they pass on.
 */

import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { RequestError } from '../errors.ts';
import { createUnpacker } from '../host/unpacker.ts';
import type { Headers } from '../model/request.ts';

/** More is an attack: each layer may be a thousand times larger than the one around it. */
const mostLayers = 3;

const known = 'zstd, gzip, deflate, br';

/** `deflate` is zlib (RFC 9110 § 8.4.1.2); this is how its usual head begins. */
const zlibStart = 0x78;

/** A body as it is inside its packing. */
export interface UnpackedBody {
  readonly source: Readable;
  /** Stops unpacking, so that the rest of the request can be read and dropped. */
  stop(): void;
}

/**
 * Returns the body's plain bytes; `fail` gets the error of a damaged one. Undefined if it is plain,
 * or there is none. Throws a `RequestError` (415) at a packing that is not known.
 */
export function unpack(
  request: IncomingMessage,
  fail: (error: RequestError) => void,
): UnpackedBody | undefined {
  const { 'content-encoding': encoding, 'content-length': length } = request.headers;
  if (request.headers['transfer-encoding'] === undefined && !(Number(length) > 0)) return undefined;
  const layers = listLayers(encoding);
  if (layers.length === 0) return undefined;
  const stages = layers.reverse().map((layer) => createStage(layer, encoding ?? ''));
  let source: Readable = request;
  for (const stage of stages) {
    stage.on('error', ({ message }) => fail(damaged(encoding ?? '', message)));
    source = source.pipe(stage);
  }
  return {
    source,
    stop: () => {
      request.unpipe(); // this pauses it, and the rest would never be read
      request.resume();
      for (const stage of stages) stage.destroy();
    },
  };
}

function listLayers(encoding = ''): string[] {
  return encoding
    .split(',')
    .map((layer) => layer.trim().toLowerCase())
    .filter((layer) => layer !== '' && layer !== 'identity');
}

function createStage(layer: string, encoding: string): Transform {
  const stage = createUnpacker(layer, 'refused', zlibStart);
  if (stage === undefined || listLayers(encoding).length > mostLayers)
    throw unknownPacking(encoding);
  return stage;
}

function unknownPacking(encoding: string): RequestError {
  const written = JSON.stringify(encoding.slice(0, 80));
  return new RequestError('request-invalid', `the request body is compressed as ${written}`, {
    status: 415,
    headers: { 'accept-encoding': known },
    fix: `send it plain, or compressed with one of ${known}`,
  });
}

function damaged(encoding: string, why: string): RequestError {
  return new RequestError(
    'request-invalid',
    `the request body cannot be decompressed as ${encoding}: ${why}`,
    {
      fix: 'send it plain, or check whether something between the client and the gateway changes it',
    },
  );
}

/** Returns the headers of the body as it is unpacked. */
export function withoutPacking(headers: Headers): Headers {
  const { 'content-encoding': _, ...plain } = headers;
  return plain;
}
