/**
 * Finds what a `.env` says and nobody reads: `parseEnv` takes what it understands, and drops the
 * rest without a word. Only for what people are told. Pure.
 */

import { parseEnv } from 'node:util';
import { findConflict } from '../schema/conflict.ts';
import { findUnclosed, type UnclosedQuote } from './unclosed-quotes.ts';

export interface DotenvLoss {
  readonly line: number;
  /** Follows the place; never quotes a value. */
  readonly what: string;
  readonly fix: string;
}

const assignment = /^\s*(?:export\s+)?([^\s=#]+)\s*=\s*(.*)$/;
/** One word, as the rest of a key that was pasted with a line break. */
const loneWord = /^[^\s=:#]+$/;

interface Assigned {
  readonly line: number;
  readonly value: string | undefined;
}

export function findDotenvLosses(text: string): readonly DotenvLoss[] {
  if (text.includes('\0')) return []; // the whole file is in another encoding, and told as one
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const seen = new Map<string, Assigned>();
  const losses: DotenvLoss[] = [...findMarks(text), ...findUnclosed(text).map(describeUnclosed)];
  for (let at = 0; at < lines.length; at += 1) {
    const written = lines[at] ?? '';
    const line = at + 1;
    if (/^[^#]*\ufffd/.test(written)) losses.push({ line, ...foreign });
    const [, name, value = ''] = assignment.exec(written) ?? [];
    if (name === undefined) {
      const word = written.trim();
      const isRest = assignment.test(lines[at - 1] ?? '');
      if (loneWord.test(word)) losses.push({ line, ...(isRest ? rest : judgeWord(word)) });
      continue;
    }
    const end = findEnd(lines, at, value);
    if (end > at) at = end;
    else if (hasTail(value)) losses.push({ line, ...tail(name) });
    losses.push(...judgeAgain(name, { line, value: readOne(written, name) }, seen.get(name)));
    seen.set(name, { line, value: readOne(written, name) });
  }
  return losses;
}

function findMarks(text: string): readonly DotenvLoss[] {
  const found = findConflict(text);
  return found === undefined ? [] : [{ line: found.line, what: found.message, fix: found.fix }];
}

function describeUnclosed({ line, quote, lost }: UnclosedQuote): DotenvLoss {
  return {
    line,
    what: `opens a quotation mark (${quote}) that is not closed on that line, so ${lost} is taken for a part of the value`,
    fix: 'close it at the end of its line',
  };
}

const rest = {
  what: 'is one word that sets nothing: is it the rest of the line before?',
  fix: 'write a value on one line',
};

/** Alone, it is the name of a variable or the value of one. */
function judgeWord(word: string): Omit<DotenvLoss, 'line'> {
  return /^[A-Z][A-Z0-9_]*$/.test(word)
    ? { what: `names ${word} and gives it no value`, fix: `write ${word}=VALUE` }
    : { what: 'is a value without a name, which sets nothing', fix: 'write NAME=VALUE' };
}

const foreign = {
  what: 'has a byte that is not UTF-8',
  fix: 'save the file as UTF-8 (`iconv` changes Latin-1 into it)',
};

function tail(name: string): Omit<DotenvLoss, 'line'> {
  return {
    what: `has text behind the closing quotation mark of ${name}, which is left out`,
    fix: 'put the whole value between one pair of quotation marks, or take them out',
  };
}

function judgeAgain(
  name: string,
  now: Assigned,
  before: Assigned | undefined,
): readonly DotenvLoss[] {
  if (before === undefined || before.value === now.value) return [];
  const what = `sets ${name} to another value than line ${before.line}: the last one counts`;
  return [{ line: now.line, what, fix: 'keep one of the two lines' }];
}

function readOne(line: string, name: string): string | undefined {
  return parseEnv(line)[name];
}

/** A quoted value may go on over lines; the index of its last one. */
function findEnd(lines: readonly string[], at: number, value: string): number {
  const [quote = ''] = value;
  if (!isQuote(quote) || value.includes(quote, 1)) return at;
  const end = lines.findIndex((line, index) => index > at && line.includes(quote));
  return end < 0 ? at : end;
}

function hasTail(value: string): boolean {
  const [quote = ''] = value;
  if (!isQuote(quote)) return false;
  const end = value.indexOf(quote, 1);
  return end > 0 && !/^\s*(#.*)?$/.test(value.slice(end + 1));
}

function isQuote(character: string): boolean {
  return /^["'`]$/.test(character);
}
