/**
 * Finds what a model puts before the requested continuation (step 6 of a request, after a break): a
 * remark about continuing, or a code fence inside an open one. It is removed if the rest then fits;
 * otherwise the caller gets none of the continuation. Pure.
 */

import { mayStopHere } from './anew.ts';
import { type FirstLine, judgeRemark, maxLineLength, type Stop } from './remark.ts';

/**
 * `open`: more text must decide. `none`: there is none. `lead-in`, `fence`: this many UTF-16 units
 * are removed. `foreign`: there is one, but its end is unclear.
 */
export type Preamble =
  | { readonly kind: 'open' | 'none' | 'foreign' }
  | { readonly kind: 'lead-in' | 'fence'; readonly length: number };

export function describeStop(delivered: string): Stop {
  const isInside = !delivered.includes('\n', delivered.trimEnd().length);
  return { delivered, isInside, fence: findOpenFence(delivered) };
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
  const after = end < 0 ? '' : held.slice(end);
  const first = { ...stop, gap, line, isWholeLine, after, isWhole };
  const fence = stop.fence !== undefined ? judgeFence(first) : none;
  if (fence.kind !== 'none') return fence;
  const kind = judgeRemark(first);
  return kind === 'lead-in' ? { kind, length: gap.length + line.length } : { kind };
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

/**
 * Returns the line that opened the fenced block of code in which the text stopped. The current line
 * does not open one yet.
 */
function findOpenFence(text: string): string | undefined {
  let open: { readonly fence: string; readonly line: string } | undefined;
  for (const [, fence = '', rest = '', end] of text.matchAll(
    /^[ \t>]*(`{3,}|~{3,})([^\n]*)(\n?)/gm,
  )) {
    if (open !== undefined)
      open = closes(fence, open.fence) && rest.trim() === '' ? undefined : open;
    else if (end !== '' && !rest.includes('`')) open = { fence, line: (fence + rest).trim() };
  }
  return open?.line;
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
