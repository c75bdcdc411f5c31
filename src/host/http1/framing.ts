/** Where the body of an answer ends, and whether its connection can serve another request (RFC 9112 § 6.3 and § 9.3). Pure. */

import type { Headers } from '../../model/request.ts';
import type { ResponseHead } from './response-head.ts';
import { WireError } from './wire-error.ts';

/** A number of bytes, or how the end shows. */
export type Framing = number | 'chunked' | 'until-close';

/** The longest a connection waits for its next request, unless the server waits less. */
const longestIdleMs = 30_000;
/** Left out at the end of what the server says: a request must not cross with its farewell. */
const crossingMs = 1000;

/** Throws where the head contradicts itself: who guesses here can be made to take one answer for another. */
export function framingOf({ status, headers }: ResponseHead): Framing {
  if (status === 204 || status === 304) return 0;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) return checkCoding(coding);
  const length = headers['content-length'];
  return length === undefined ? 'until-close' : parseLength(length);
}

/** Any other coding was not asked for: we send no `te`. */
function checkCoding(coding: string): 'chunked' {
  if (coding.toLowerCase() === 'chunked') return 'chunked';
  throw new WireError(
    'HPE_INVALID_TRANSFER_ENCODING',
    `the answer has the transfer coding "${coding}", which was not asked for`,
  );
}

/** The same length said several times is one. 15 digits are a petabyte, and exact. */
function parseLength(text: string): number {
  const [first = '', ...more] = text.split(',').map((part) => part.trim());
  if (/^\d{1,15}$/.test(first) && more.every((other) => other === first)) return Number(first);
  throw new WireError('HPE_INVALID_CONTENT_LENGTH', `the answer has the length "${text}"`);
}

/** How long the connection may wait for its next request after this answer; 0 for not at all. */
export function idleMsAfter({ headers, isOld }: ResponseHead, framing: Framing): number {
  if (framing === 'until-close' || !isPersistent(headers, isOld)) return 0;
  // RFC 9112 § 6.1: a head with both may be somebody's attempt to hide an answer.
  if (framing === 'chunked' && (isOld || headers['content-length'] !== undefined)) return 0;
  const seconds = /(?:^|[\s,])timeout=(\d+)/i.exec(headers['keep-alive'] ?? '')?.[1];
  if (seconds === undefined) return longestIdleMs;
  return Math.max(0, Math.min(longestIdleMs, Number(seconds) * 1000 - crossingMs));
}

function isPersistent(headers: Headers, isOld: boolean): boolean {
  const connection = headers['connection'];
  if (connection === undefined) return !isOld;
  const options = connection.toLowerCase().split(/[\s,]+/);
  return !options.includes('close') && (!isOld || options.includes('keep-alive'));
}
