/**
 * The vocabulary of a story: durations, lists, columns, and sizes. Pure.
 */

import { describeElapsed } from '../../access/wording/when.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { AttemptRecord, Usage } from '../../model/record.ts';

/** Returns `429`, or the kind of failure if there was no error status: `cut`. */
export function nameEnd({ status, failure }: Pick<AttemptRecord, 'status' | 'failure'>): string {
  if (failure === undefined || (status !== undefined && status >= 400)) return String(status ?? '');
  return rowOfClass(failure.class).phrases.brief ?? failure.class;
}

/**
 * Returns `work` for `openai:config:work`, and `OPENAI_API_KEY` for `openai:env:OPENAI_API_KEY`.
 */
export function labelOf(credential: string): string {
  const [, source = credential, ...label] = credential.split(':');
  return label.length === 0 ? source : label.join(':');
}

/** Joins words to `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Returns `240 ms`, `2.1 s`, `3 min`. */
export function describeSpan(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(Math.floor(ms / 100) / 10).toFixed(1)} s` : describeElapsed(ms);
}

const ordinals = ['first', 'second', 'third'];

/** Returns `second`; from the fourth on, `4th`. */
export function ordinal(count: number): string {
  return ordinals[count - 1] ?? `${count}th`;
}

/** Returns `1 request`, `3 requests`. */
export function countNoun(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}

/** Returns `12000 → 300 tokens (92 % from a cache)`. */
export function describeTokens({ inputTokens, outputTokens, cachedTokens = 0 }: Usage): string {
  const share = inputTokens ? Math.round((100 * cachedTokens) / inputTokens) : 0;
  const cached = share === 0 ? '' : ` (${share} % from a cache)`;
  return `${inputTokens ?? '?'} → ${outputTokens ?? '?'} tokens${cached}`;
}

export function describeBytes(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} kB`
    : `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** A column is as wide as its longest cell; the last one is not padded, empty ones are left out. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .filter((_cell, column) => widths[column] !== 0)
      .join('  '),
  );
}
