/** Answers that come compressed although we asked for none (step 3 of a request): some edges do it to their error pages. Pure. */

import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Headers } from '../model/request.ts';

/** More than any answer has; less than what would fill the memory. */
const maxOutputLength = 64 * 1024 * 1024;

const decoders: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** How the body is encoded; undefined for one that is as it should be. */
export function encodingOf(headers: Headers): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** The body in plain; undefined for one that cannot be read: an encoding nobody knows, or a part of it. */
export function decodeBody(body: Buffer, headers: Headers): Buffer | undefined {
  const encoding = encodingOf(headers);
  if (encoding === undefined) return body;
  try {
    return decoders[encoding]?.(body, { maxOutputLength });
  } catch {
    return undefined; // cut off, or not what its header says
  }
}
