/**
 * Reads the head of an answer (step 3 of a request, RFC 9112 § 4 and § 5): text in, status and flat
 * headers out. It also decides where the body ends and whether the connection can be reused (§ 6.3
 * and § 9.3). Pure.
 */

import type { Headers } from '../../model/request.ts';
import { tlsAnswer, WireError } from './wire-error.ts';

export interface ResponseHead {
  readonly status: number;
  /** HTTP/1.0: the connection closes after the answer unless a header keeps it open. */
  readonly isOld: boolean;
  /** Names are in lower case; repeated headers are joined with `, `. */
  readonly headers: Headers;
}

const beginning = 'HTTP/1.';
/** RFC 9112 § 4. Many servers leave out the space before an absent reason. */
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/;
/**
 * RFC 9110 § 5.5 and RFC 9112 § 2.2: no control characters, and CR and LF only as the end of a
 * line.
 */
const lines = /^(?:[\t\x20-\x7e\x80-\xff]+\r\n)+$/;
/**
 * RFC 9110 § 5.6.2. Nothing may come between a name and its colon, and a header may not continue on
 * the next line (RFC 9112 § 5.1, § 5.2).
 */
const token = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

/**
 * `text` is the status line and the header lines, each with its CRLF, as latin1. Throws a
 * `WireError`.
 */
export function parseResponseHead(text: string): ResponseHead {
  if (!text.startsWith(beginning) || !lines.test(text)) {
    checkBeginning(text);
    throw new WireError(
      'HPE_INVALID_HEADER_TOKEN',
      'the head of the answer has a character it must not have',
    );
  }
  const endOfFirst = text.indexOf('\r\n');
  const [, minor, status] = statusLine.exec(text.slice(0, endOfFirst)) ?? [];
  if (minor === undefined)
    throw new WireError('HPE_INVALID_STATUS', 'the answer has no HTTP status line');
  return {
    status: Number(status),
    isOld: minor === '0',
    headers: parseHeaderLines(text, endOfFirst + 2),
  };
}

/** How other services begin, each by its own protocol: nine bytes in hex, then their text. */
const services: readonly (readonly [RegExp, string])[] = [
  [/^1[4-7]030[0-4]/, 'TLS'],
  [/^.{6}04..00000000/, 'HTTP/2'],
  [/^\w+ SSH-\d/, 'SSH'],
  [/^\w+ 220[ -]/, 'a mail or FTP server'],
  [/^\w+ (?:\* OK|\+OK) /, 'a mail server'],
  [/^\w+ (?:-(?:ERR|NOAUTH|DENIED) |\+PONG)/, 'Redis'],
  [/^.{6}000a3\d/, 'MySQL'],
  [/^450000....53/, 'PostgreSQL'],
  [/^\w+ RFB \d/, 'VNC'],
  [/^\w+ AMQP/, 'AMQP'],
];

function nameService(text: string): string | undefined {
  const begin = text.slice(0, 9);
  const both = `${Buffer.from(begin, 'latin1').toString('hex')} ${text}`;
  return services.find(([first]) => first.test(both))?.[1];
}

/**
 * Throws if no continuation can make this a head, so that we do not wait for a server of another
 * protocol.
 */
export function checkBeginning(text: string): void {
  if (!beginning.startsWith(text.slice(0, beginning.length))) {
    const service = nameService(text);
    const what = service === undefined ? '' : `, it is ${service}`;
    const code = service === 'TLS' ? tlsAnswer : 'HPE_INVALID_CONSTANT';
    throw new WireError(code, `the answer is not HTTP/1.1${what}`);
  }
  if (/(?:^|[^\r])\n/.test(text)) {
    throw new WireError(
      'HPE_CR_EXPECTED',
      'the head of the answer has a line that does not end in CRLF',
    );
  }
}

function parseHeaderLines(text: string, start: number): Headers {
  const headers: Record<string, string> = {};
  for (let from = start; from < text.length; ) {
    const end = text.indexOf('\r\n', from);
    const colon = text.indexOf(':', from);
    const name = colon < 0 || colon > end ? '' : text.slice(from, colon);
    if (!token.test(name)) {
      throw new WireError('HPE_INVALID_HEADER_TOKEN', 'the answer has a line that is not a header');
    }
    const key = name.toLowerCase();
    const value = sliceTrimmed(text, colon + 1, end);
    // may be inherited and not a text: a header may be called `constructor`
    const known = headers[key];
    headers[key] = typeof known === 'string' ? `${known}, ${value}` : value;
    from = end + 2;
  }
  return headers;
}

/** Without the spaces and tabs around it; `trim` would remove more than those. */
function sliceTrimmed(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (text[from] === ' ' || text[from] === '\t') from++; // a CR is at `end`
  while (from < to && (text[to - 1] === ' ' || text[to - 1] === '\t')) to--;
  return text.slice(from, to);
}

/** Length of the body in bytes, Infinity if it ends with the connection, or `chunked`. */
export type Framing = number | 'chunked';

/** Longest wait of an idle connection for its next request, unless the server allows less. */
const longestIdleMs = 30_000;
/**
 * Subtracted from the idle time that the server allows, so that a request does not cross with its
 * close.
 */
const crossingMs = 1000;

/** Throws if the head contradicts itself: guessing here would allow response smuggling. */
export function framingOf({ status, headers }: ResponseHead): Framing {
  if (status === 204 || status === 304) return 0;
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  if (coding?.toLowerCase() === 'chunked') return 'chunked';
  if (coding !== undefined) {
    // we send no `te`
    const found = `the answer has the transfer coding "${coding}", which was not asked for`;
    throw new WireError('HPE_INVALID_TRANSFER_ENCODING', found);
  }
  if (length === undefined) return Number.POSITIVE_INFINITY;
  return oneLength.test(length) ? Number(length) : parseRepeatedLength(length);
}

/** 15 digits are a petabyte, and exact. */
const oneLength = /^\d{1,15}$/;

/** The same length said several times is one. */
function parseRepeatedLength(text: string): number {
  const [first = '', ...more] = text.split(',').map((part) => part.trim());
  if (oneLength.test(first) && more.every((other) => other === first)) return Number(first);
  throw new WireError('HPE_INVALID_CONTENT_LENGTH', `the answer has the length "${text}"`);
}

/** The connection may wait this long for its next request, in ms; 0: it cannot be reused. */
export function idleMsAfter({ headers, isOld }: ResponseHead, framing: Framing): number {
  if (framing === Number.POSITIVE_INFINITY) return 0;
  const options = headers['connection']?.toLowerCase().split(/[\s,]+/) ?? [];
  if (options.includes('close') || (isOld && !options.includes('keep-alive'))) return 0;
  // RFC 9112 § 6.1: a head with both may be an attempt at response smuggling.
  if (framing === 'chunked' && (isOld || headers['content-length'] !== undefined)) return 0;
  const seconds = /(?:^|[\s,])timeout=(\d+)/i.exec(headers['keep-alive'] ?? '')?.[1];
  if (seconds === undefined) return longestIdleMs;
  return Math.max(0, Math.min(longestIdleMs, Number(seconds) * 1000 - crossingMs));
}
