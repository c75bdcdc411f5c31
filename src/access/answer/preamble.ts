/**
 * What a model puts before the continuation that it was asked for (step 6 of a request, after a
 * break): a remark about going on, or a code fence where one is open already. It belongs to no
 * answer: it is taken out where the rest then fits, else nobody is told any of it. Pure.
 */

import { mayStopHere } from './anew.ts';
import { mayBeRemark, readRemark } from './lead-ins.ts';

/** A remark is no longer than this, in UTF-16 units. */
const longestLine = 200;

/**
 * `open`: more must come before it is known. `none`: there is none. `lead-in`, `fence`: so many
 * UTF-16 units go. `foreign`: it is there, and what follows cannot be told apart from it.
 */
export type Preamble =
  | { readonly kind: 'open' | 'none' | 'foreign' }
  | { readonly kind: 'lead-in' | 'fence'; readonly length: number };

/** Where a text stopped. */
export interface Stop {
  readonly delivered: string;
  /** Inside a line. */
  readonly isInside: boolean;
  /** Inside a fenced block of code. */
  readonly isFenced: boolean;
}

interface FirstLine extends Stop {
  /** The spaces and empty lines before the first words. */
  readonly gap: string;
  /** The first line behind them, as far as it has come. */
  readonly line: string;
  /** Nothing more of it comes. */
  readonly isWholeLine: boolean;
}

export function describeStop(delivered: string): Stop {
  const isInside = !delivered.includes('\n', delivered.trimEnd().length);
  return { delivered, isInside, isFenced: isFenceOpen(delivered) };
}

/**
 * The continuation so far; `isWhole` when nothing more of it comes. What is decided stays decided,
 * however it goes on.
 */
export function judgePreamble(stop: Stop, held: string, isWhole: boolean): Preamble {
  const [gap = ''] = /^\s*/.exec(held.slice(0, longestLine)) ?? [];
  const end = held.indexOf('\n', gap.length);
  const isWholeLine = end >= 0 || isWhole;
  const line = held.slice(gap.length, end < 0 ? undefined : end).trimEnd();
  if (line === '') return { kind: isWhole || gap.length === longestLine ? 'none' : 'open' };
  const first = { ...stop, gap, line, isWholeLine };
  const fence = stop.isFenced ? judgeFence(first) : none;
  return fence.kind === 'none' ? judgeRemark(first) : fence;
}

const none: Preamble = { kind: 'none' };

/**
 * What begins a line of its own: an indent, a point of a list, a heading, a fence, a row, a
 * quotation.
 */
const ownLine = /^(?:[ \t]{2,}|\t|[-*+] |\d+[.)] |#{1,6} |`{3}|~{3}|\||>)/;

/** The empty lines with which a text begins. */
export function emptyLines(text: string): string {
  return /^(?:[ \t]*\r?\n)+/.exec(text)?.[0] ?? '';
}

/**
 * Whether the empty lines behind a remark belong to the answer: the rest begins a line of its own.
 */
export function isNextLine({ delivered }: Stop, rest: string): boolean {
  const end = delivered.slice(-longestLine);
  const begin = rest.slice(0, longestLine);
  if (end.trimEnd() !== end) return false;
  return ownLine.test(begin) || (mayStopHere(end) && /^[\p{Lu}\p{Lo}\p{N}]/u.test(begin));
}

/**
 * A fence line opens a fence anew where it names a language, or where no fence could end: inside a
 * line.
 */
function judgeFence({ gap, line, isWholeLine, isInside }: FirstLine): Preamble {
  if (!/^[`~]/.test(line)) return none;
  if (!isWholeLine && line.length <= longestLine) return { kind: 'open' };
  const [, language] = /^(?:`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n]*$/.exec(line) ?? [];
  if (language === undefined) return none;
  const isAnew = language !== '' || (isInside && !gap.includes('\n'));
  return isAnew ? { kind: 'fence', length: gap.length + line.length } : none;
}

/** What stands around a remark: emphasis, brackets, dots. */
const wrapping = /^[*_>#([{"'`~\-–—.…\s]*/u;
const wrappingEnd = /[*_)\]}"'`\s]+$/u;
/** Behind these the same words may be somebody's speech, or what was announced. */
const speech = /["“„«‘'「『:：]\s*$/u;

function judgeRemark(first: FirstLine): Preamble {
  const { line, isWholeLine } = first;
  const words = line.replace(wrapping, '');
  if (!beginsAsRemark(first, words)) return none;
  return isWholeLine || line.length > longestLine
    ? judgeWords(first, words.replace(wrappingEnd, ''))
    : { kind: 'open' };
}

/** It begins as sentences do, and with a word that remarks begin with, as far as it has come. */
function beginsAsRemark({ delivered, line, isWholeLine }: FirstLine, words: string): boolean {
  if (words === '') return !isWholeLine;
  const isSentence = words.length < line.length || /^[\p{Lu}\p{Lo}]/u.test(words);
  if (!isSentence || !mayBeRemark(words)) return false;
  return !speech.test(delivered.slice(-longestLine)) && !delivered.trimStart().startsWith(line);
}

function judgeWords(
  { delivered, gap, line, isWholeLine, isInside }: FirstLine,
  words: string,
): Preamble {
  const own = isWholeLine ? readRemark(words) : undefined;
  if (own !== undefined && isInside && /[:!：！]$/u.test(words))
    return { kind: 'lead-in', length: gap.length + line.length };
  const remark = own ?? readRemark(takeFirstSentence(words));
  // An interjection may be a part of the answer, where a sentence had ended.
  const isAnswer =
    remark !== 'going-on' && !/[\p{L}\p{N},;]\s*$/u.test(delivered.slice(-longestLine));
  const isAlone = own === 'courtesy' && !isInside;
  return remark === undefined || (isAnswer && !isAlone) ? none : { kind: 'foreign' };
}

function takeFirstSentence(words: string): string {
  const [sentence = words] =
    /^[^\n]*?[.!:…。！：](?=[\s*_)\]}]|$|(?<=[。！：]))/u.exec(words) ?? [];
  return sentence.replace(wrappingEnd, '');
}

/** Whether the text stopped inside a fenced block of code. The line under way opens none yet. */
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

/**
 * Whether the text is JSON that has not ended: what a target would put before the rest could not be
 * told from it.
 */
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

/** Where the string ends that begins here; the end of the text where it does not. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
