/** Takes a request's body in: once, whole, within the limits of one body and of all bodies in flight. */

import type { IncomingMessage } from 'node:http';
import { RequestError } from '../errors.ts';

/** Coding agents send tens of megabytes; more than this is a mistake. */
const bodyLimit = 64 * 1024 * 1024;

/** Bytes of all bodies being held, against the gateway's limit. */
export class InflightBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** Rejects with `RequestError`: 413 over 64 MB, 429 when the gateway holds too much already. */
export function readBody(
  request: IncomingMessage,
  inflight: InflightBytes,
  inflightLimit: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (error: RequestError): void => {
      request.removeAllListeners('data');
      request.resume();
      reject(error);
    };
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
      refuse(bodyTooLarge());
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > bodyLimit) refuse(bodyTooLarge());
      else if (inflight.bytes + length > inflightLimit) refuse(busy());
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('aborted', () =>
      reject(new RequestError('client-closed', 'the caller hung up while sending', { status: 400 })),
    );
  });
}

function bodyTooLarge(): RequestError {
  return new RequestError('body-too-large', 'the request body is larger than 64 MB', {
    status: 413,
    howToFix: 'send less: shorten the history or leave out attachments',
  });
}

function busy(): RequestError {
  return new RequestError('busy', 'the gateway holds as many request bytes as it may', {
    status: 429,
    howToFix: 'try again in a second, or raise gateway.max_inflight_bytes',
  });
}
