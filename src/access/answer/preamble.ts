/**
 * Finds what a model puts before the requested continuation (step 6 of a request, after a break): a
 * remark about continuing, or a code fence inside an open one. It is removed if the rest then fits;
 * otherwise the caller gets none of the continuation. Pure.
 */

import { mayStopHere } from './anew.ts';
import { mayBeRemark, readRemark } from './lead-ins.ts';

/** A remark is at most this long, in UTF-16 units. */
const maxLineLength = 200;

/**
 * `open`: more text must decide. `none`: there is none. `lead-in`, `fence`: this many UTF-16 units
 * are removed. `foreign`: there is one, but its end is unclear.
 */
export type Preamble =
  | { readonly kind: 'open' | 'none' | 'foreign' }
  | { readonly kind: 'lead-in' | 'fence'; readonly length: number };

/** Says where a text stopped. */
export interface Stop {
  readonly delivered: string;
  /** It is inside a line. */
  readonly isInside: boolean;
  /** It is inside a fenced block of code. */
  readonly isFenced: boolean;
}

interface FirstLine extends Stop {
  /** Contains the spaces and empty lines before the first words. */
  readonly gap: string;
  /** The first line after them, as far as it has arrived. */
  readonly line: string;
  /** The line is complete. */
  readonly isWholeLine: boolean;
}

export function describeStop(delivered: string): Stop {
  const isInside = !delivered.includes('\n', delivered.trimEnd().length);
  return { delivered, isInside, isFenced: isFenceOpen(delivered) };
}

/**
 * Judges the continuation so far; `isWhole` when it is complete. Later text never changes a
 * decision.
 */
export function judgePreamble(stop: Stop, held: string, isWhole: boolean): Preamble {
  const [gap = ''] = /^\s*/.exec(held.slice(0, maxLineLength)) ?? [];
  const end = held.indexOf('\n', gap.length);
  const isWholeLine = end >= 0 || isWhole;
  const line = held.slice(gap.length, end < 0 ? undefined : end).trimEnd();
  if (line === '') return { kind: isWhole || gap.length === maxLineLength ? 'none' : 'open' };
  const first = { ...stop, gap, line, isWholeLine };
  const fence = stop.isFenced ? judgeFence(first) : none;
  return fence.kind === 'none' ? judgeRemark(first) : fence;
}

const none: Preamble = { kind: 'none' };

/**
 * Matches the start of a new line: an indent, a point of a list, a heading, a fence, a row, a
 * quote.
 */
const ownLine = /^(?:[ \t]{2,}|\t|[-*+] |\d+[.)] |#{1,6} |`{3}|~{3}|\||>)/;

/** Returns the empty lines at the start of a text. */
export function emptyLines(text: string): string {
  return /^(?:[ \t]*\r?\n)+/.exec(text)?.[0] ?? '';
}

/** True when empty lines after a remark belong to the answer: the rest begins a line of its own. */
export function isNextLine({ delivered }: Stop, rest: string): boolean {
  const end = delivered.slice(-maxLineLength);
  const begin = rest.slice(0, maxLineLength);
  if (end.trimEnd() !== end) return false;
  return ownLine.test(begin) || (mayStopHere(end) && /^[\p{Lu}\p{Lo}\p{N}]/u.test(begin));
}

/**
 * A fence line opens a new fence if it names a language, or if no fence could end: inside a line.
 */
function judgeFence({ gap, line, isWholeLine, isInside }: FirstLine): Preamble {
  if (!/^[`~]/.test(line)) return none;
  if (!isWholeLine && line.length <= maxLineLength) return { kind: 'open' };
  const [, language] = /^(?:`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n]*$/.exec(line) ?? [];
  if (language === undefined) return none;
  const isAnew = language !== '' || (isInside && !gap.includes('\n'));
  return isAnew ? { kind: 'fence', length: gap.length + line.length } : none;
}

/** Matches what surrounds a remark: emphasis, brackets, dots. */
const wrapping = /^[*_>#([{"'`~\-–—.…\s]*/u;
const wrappingEnd = /[*_)\]}"'`\s]+$/u;
/** After these marks the same words may be direct speech, or the announced text. */
const speech = /["“„«‘'「『:：]\s*$/u;

function judgeRemark(first: FirstLine): Preamble {
  const { line, isWholeLine } = first;
  const words = line.replace(wrapping, '');
  if (!beginsAsRemark(first, words)) return none;
  return isWholeLine || line.length > maxLineLength
    ? judgeWords(first, words.replace(wrappingEnd, ''))
    : { kind: 'open' };
}

/** True while the line begins like a sentence, with a word of a remark. */
function beginsAsRemark({ delivered, line, isWholeLine }: FirstLine, words: string): boolean {
  if (words === '') return !isWholeLine;
  const isSentence = words.length < line.length || /^[\p{Lu}\p{Lo}]/u.test(words);
  if (!isSentence || !mayBeRemark(words)) return false;
  return !speech.test(delivered.slice(-maxLineLength)) && !delivered.trimStart().startsWith(line);
}

function judgeWords(
  { delivered, gap, line, isWholeLine, isInside }: FirstLine,
  words: string,
): Preamble {
  const own = isWholeLine ? readRemark(words) : undefined;
  if (own !== undefined && isInside && /[:!：！]$/u.test(words))
    return { kind: 'lead-in', length: gap.length + line.length };
  const remark = own ?? readRemark(takeFirstSentence(words));
  // After a complete sentence an interjection may be a part of the answer.
  const isAnswer =
    remark !== 'going-on' && !/[\p{L}\p{N},;]\s*$/u.test(delivered.slice(-maxLineLength));
  const isAlone = own === 'courtesy' && !isInside;
  return remark === undefined || (isAnswer && !isAlone) ? none : { kind: 'foreign' };
}

function takeFirstSentence(words: string): string {
  const [sentence = words] =
    /^[^\n]*?[.!:…。！：](?=[\s*_)\]}]|$|(?<=[。！：]))/u.exec(words) ?? [];
  return sentence.replace(wrappingEnd, '');
}

/**
 * True when the text stopped inside a fenced block of code. The current line does not open one yet.
 */
function isFenceOpen(text: string): boolean {
  let open: string | undefined;
  for (const [, fence = '', rest = '', end] of text.matchAll(
    /^[ \t>]*(`{3,}|~{3,})([^\n]*)(\n?)/gm,
  )) {
    if (open !== undefined) open = closes(fence, open) && rest.trim() === '' ? undefined : open;
    else if (end !== '' && !rest.includes('`')) open = fence;
  }
  return open !== undefined;
}

function closes(fence: string, open: string): boolean {
  return fence[0] === open[0] && fence.length >= open.length;
}

/** True for incomplete JSON: a target's remark before the rest could not be recognised. */
export function isOpenJson(text: string): boolean {
  const start = text.trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) return false;
  let depth = 0;
  for (let at = 0; at >= 0 && at < start.length; at += 1) {
    const mark = start[at];
    if (mark === '"') at = endOfString(start, at);
    else if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth === 0) return false;
  }
  return true;
}

/** Returns the end of the string that begins here; the end of the text if it is unfinished. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
