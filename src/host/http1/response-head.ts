/** Reads the head of an answer (step 3 of a request, RFC 9112 § 4 and § 5): one text in, status and flat headers out. Pure. */

import type { Headers } from '../../model/request.ts';
import { WireError } from './wire-error.ts';

export interface ResponseHead {
  readonly status: number;
  /** HTTP/1.0: the connection ends with the answer unless it says otherwise. */
  readonly isOld: boolean;
  /** Names in lower case; what was said several times is joined by `, `. */
  readonly headers: Headers;
}

const beginning = 'HTTP/1.';
/** RFC 9112 § 4. The space before an absent reason is left out by many. */
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/;
/** RFC 9110 § 5.5 and RFC 9112 § 2.2: no control characters, and no CR or LF but as the end of a line. */
const lines = /^(?:[\t\x20-\x7e\x80-\xff]+\r\n)+$/;
/** RFC 9110 § 5.6.2. Nothing may stand between a name and its colon, and no line may go on in the next (RFC 9112 § 5.1, § 5.2). */
const token = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

const [tab, space] = [0x09, 0x20];

/** `text` is the status line and the header lines, each with its CRLF, as latin1. Throws a `WireError`. */
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
  if (minor === undefined) throw new WireError('HPE_INVALID_STATUS', 'the answer has no HTTP status line');
  return { status: Number(status), isOld: minor === '0', headers: parseHeaders(text, endOfFirst + 2) };
}

/** Throws for what can become no head, however it goes on: a server that speaks something else is not waited for. */
export function checkBeginning(text: string): void {
  if (!beginning.startsWith(text.slice(0, beginning.length))) {
    throw new WireError('HPE_INVALID_CONSTANT', 'the answer is not HTTP/1.1');
  }
  if (/(?:^|[^\r])\n/.test(text)) {
    throw new WireError('HPE_CR_EXPECTED', 'the head of the answer has a line that does not end in CRLF');
  }
}

function parseHeaders(text: string, start: number): Headers {
  const headers: Record<string, string> = {};
  for (let from = start; from < text.length; ) {
    const end = text.indexOf('\r\n', from);
    const colon = text.indexOf(':', from);
    const name = colon < 0 || colon > end ? '' : text.slice(from, colon);
    if (!token.test(name)) {
      throw new WireError('HPE_INVALID_HEADER_TOKEN', 'the answer has a line that is no header');
    }
    addHeader(headers, name.toLowerCase(), sliceTrimmed(text, colon + 1, end));
    from = end + 2;
  }
  return headers;
}

/** `typeof`, because a header may be called `constructor`. */
function addHeader(headers: Record<string, string>, name: string, value: string): void {
  const known = headers[name];
  headers[name] = typeof known === 'string' ? `${known}, ${value}` : value;
}

/** Without spaces and tabs around it; `trim` takes more than those. */
function sliceTrimmed(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (from < to && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}
