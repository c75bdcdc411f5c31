/**
 * Reads JSON from the wire without throwing, and describes what is not JSON (steps 3, 4 and 6 of a
 * request).
 */

import type { Operation } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import type { BodyVerdict, Protocol } from '../contract/protocol.ts';
import { parseShallow } from '../json/depth.ts';
import { parseExactOrNothing } from '../json/exact-json.ts';
import { isRecord, parseOrNothing } from '../json/is-record.ts';
import { describeEdgeCode, readEdgeCode } from './edge-codes.ts';
import { findFront } from './fronts.ts';

/** Parses a whole answer and judges it. */
export function judgeText(text: string, judge: Judge, operation: Operation): BodyVerdict {
  const body = parseOrNothing(text);
  return isRecord(body) ? judge.judgeAnswer(body, operation) : malformed(text);
}

/** Does the same for a translated answer, keeping the numbers in tool inputs as written. */
export function judgeTranslated(text: string, judge: Judge): BodyVerdict {
  const body = parseShallow(text, parseExactOrNothing);
  return isRecord(body) ? judge.judgeAnswer(body, 'generate') : malformed(text);
}

type Judge = Pick<Protocol, 'judgeAnswer'>;

function malformed(text: string): BodyVerdict {
  return { kind: 'malformed', detail: describeBody(text) };
}

/** Events begin so, whatever type their server gives them. */
const eventsStart = /^(data|event|id): ?\S|^: /;

/** Two objects in lines of their own. */
const jsonLines = /^\{[^\n]*\}\r?\n\{/;

/** Describes a body that should have been one JSON object. */
export function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  if (start.startsWith('<')) return describePage(text);
  if (eventsStart.test(start)) return 'a stream of events under another type';
  if (start.includes('\0')) return 'text in UTF-16, where JSON is UTF-8';
  return jsonLines.test(start)
    ? 'several lines of JSON, as some servers stream in an API of their own'
    : 'a body that is not one JSON object';
}

/**
 * The first tag of an HTML page, after a declaration and comments. XML from an API has other tags.
 */
const pageStart =
  /^(?:[\s\ufeff]|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|center|h[1-6]|div|p|pre|table|font|form|iframe|br|hr)\b)/i;

/** Cloudflare's page as it is shown to programs. */
const codeAlone = /^error code: (1\d{3}|5[23]\d)\s*$/;

/** True if the text is a web page. */
export function isPage(text: string): boolean {
  return pageStart.test(text) || codeAlone.test(text);
}

/**
 * Describes a web page and its sender, named in the text or in its headers, since it is not the
 * provider's own.
 */
export function describePage(text: string, headers: Headers = {}): string {
  const edge = readEdgeCode(text);
  if (edge !== undefined) return describeEdgeCode(edge);
  const front = findFront(headers, text);
  return front === undefined ? 'an HTML page' : `an HTML page of ${front.name}`;
}

/** Nobody reads more; a page may put anything into its title. */
const maxTitleLength = 80;

/** Returns a page's title in one line, without entities and quotation marks. Default: empty. */
export function readTitle(text: string): string {
  const [, title = ''] = /<title[^>]{0,100}>([^<]{1,400})/i.exec(text) ?? [];
  const plain = title.replace(/(&[#\w]{1,10};|["\p{Cc}\s])+/gu, ' ').trim();
  return plain.length > maxTitleLength ? `${plain.slice(0, maxTitleLength)}…` : plain;
}
