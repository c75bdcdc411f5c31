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

/**
 * The fields of an event; a comment has no name.
 * https://html.spec.whatwg.org/#parsing-an-event-stream
 */
const eventFields = ['data', 'event', 'id', 'retry', ''];

/**
 * True for the beginning of events, whatever type their server gives them; undefined where more of
 * it must be seen.
 */
export function beginsEvents(text: string): boolean | undefined {
  const start = text.trimStart();
  if (eventFields.some((field) => start.startsWith(`${field}:`))) return true;
  return eventFields.some((field) => field.startsWith(start)) ? undefined : false;
}

/** Two objects in lines of their own. */
const jsonLines = /^\{[^\n]*\}\r?\n\{/;

/** Describes a body that should have been one JSON object. */
export function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  if (start.startsWith('<')) return describePage(text);
  if (beginsEvents(start) === true) return 'a stream of events under another type';
  if (start.includes('\0')) return 'text in UTF-16, where JSON is UTF-8';
  return jsonLines.test(start)
    ? 'several lines of JSON, as some servers stream in an API of their own'
    : 'a body that is not one JSON object';
}

/**
 * The first tag of an HTML page, after a declaration and comments. XML from an API has other tags.
 */
const pageStart =
  /^(?:[\s\ufeff]|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s*html|(?:html|head|body|title|meta|link|script|style|center|h[1-6]|div|p|pre|table|font|form|iframe|br|hr)\b)/i;

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
  const plain = toPlain(title);
  return plain.length > maxTitleLength ? `${plain.slice(0, maxTitleLength)}…` : plain;
}

function toPlain(text: string): string {
  return text
    .replace(/(&(?!#39;|rsquo;|apos;)[#\w]{1,10};|["\p{Cc}\s])+/gu, ' ')
    .replace(/&(#39|rsquo|apos);/g, "'")
    .trim();
}

/** What stands in these is not shown, or is told as the title. */
const hiding = ['script', 'style', 'svg', 'title'];
/** At one of these a sentence or a heading ends. */
const blockTag =
  /^(?:p|div|h\d|li|ul|ol|t[drh]|table|br|hr|section|article|header|footer|main|body|pre|center|noscript|title|head|meta|link)$/;
/** A sentence of some words, about what is wrong: not an address, a date or a menu. */
const tellsTrouble =
  /\b(not|no|never|unable|cannot|can't|error|errors|fail\w*|den(?:y|ied)|block\w*|refus\w*|reject\w*|limit\w*|exceed\w*|reached|suspend\w*|disabled|paused|stopped|expired|unavailable|offline|down|restrict\w*|forbidden|unauthori[sz]ed|required|requires|must|sign in|log in|maintenance|overload\w*|busy)\b/i;
const maxSentenceLength = 160;

/**
 * Returns the first sentence of a page that says what is wrong, as a person would read it: without
 * tags, entities and quotation marks, and not the title again. Default: empty.
 */
export function readSentence(text: string): string {
  const title = readTitle(text);
  const isTitle = (line: string): boolean =>
    title.endsWith('…') ? line.startsWith(title.slice(0, -1)) : line === title;
  const lines = splitShown(text.slice(0, 100_000)).map(toPlain);
  const told = lines.find(
    (line) => !isTitle(line) && line.split(' ').length >= 4 && tellsTrouble.test(line),
  );
  if (told === undefined || isPage(told)) return '';
  return told.length > maxSentenceLength ? `${told.slice(0, maxSentenceLength)}…` : told;
}

/** Splits what a page shows at its blocks, in one pass: a page may be of any form. */
function splitShown(text: string): readonly string[] {
  const lines = [''];
  let hiddenBy = '';
  for (const part of withoutComments(text).split(/(<[^<>]{0,2000}>)/)) {
    const [, slash, name = ''] = /^<(\/?)([a-z]\w*)/i.exec(part) ?? [];
    const tag = name.toLowerCase();
    if (hiddenBy !== '') hiddenBy = slash === '/' && tag === hiddenBy ? '' : hiddenBy;
    else if (hiding.includes(tag)) hiddenBy = tag;
    else if (blockTag.test(tag)) lines.push('');
    else if (!part.startsWith('<')) lines.push((lines.pop() ?? '') + part);
  }
  return lines;
}

function withoutComments(text: string): string {
  const [first = '', ...rest] = text.split('<!--');
  return [first, ...rest.map((part) => part.split('-->').slice(1).join('-->'))].join('');
}
