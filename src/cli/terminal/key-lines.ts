/** Describes keys for a terminal: each key has a block, with the deciding facts first. Pure. */

import { classOrStatus } from '../../access/wording/by-status.ts';
import { describeLimits } from '../../access/wording/limits.ts';
import { isSaid } from '../../access/wording/speakers.ts';
import { describePast, describeSetter, describeWait } from '../../access/wording/when.ts';
import type { UnusedKey } from '../../diagnostics/find-keys.ts';
import type { KeyMark, KeyRow, PoolReport } from '../../diagnostics/key-report.ts';
import type { KeyTest } from '../../diagnostics/test-key.ts';
import { assertNever } from '../../errors.ts';
import { countNoun } from '../../explain/why/wording.ts';
import type { Operation } from '../../model/protocol.ts';

/** A pool, and what is told of it besides its keys: where none was found, what is left out. */
export interface NotedPool extends PoolReport {
  readonly notes: readonly string[];
}

/** Formats a pool with its keys in the order of use. */
export function describePool({ name, selection, keys, notes }: NotedPool, now: number): string {
  const rows = keys.map((row) => describeKeyRow(row, now));
  return [`${name}  (${selection})`, ...rows, ...notes.map((note) => `  ${note}\n`)].join('\n');
}

/** Formats the keys in `credentials.json` that no request uses. */
export function describeUnused(unused: readonly UnusedKey[]): string {
  const rows = unused.map(({ id, label, fingerprint, because }) => {
    const print = fingerprint === undefined ? '' : `, ${fingerprint}`;
    return `  ${label}: ${because}\n       id           ${id}${print}\n`;
  });
  return ['kept in credentials.json, used by no request', ...rows].join('\n');
}

function describeKeyRow(row: KeyRow, now: number): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['id', row.id],
    ['found in', [row.foundAt, ...row.alsoAt.map((place) => `also ${place}`)].join(', ')],
    ['fingerprint', row.fingerprint],
    ['account', row.account],
    ['models', row.models?.join(', ')],
    ['only sent to', row.origin],
    ['shadowed by', row.shadowedBy],
    ...describeLimits(row, now).map((line) => ['limit', line] as const),
    ...row.marks.map((mark) => ['held back', describeKeyMark(mark, now)] as const),
    [
      'held back',
      row.moreMarks === undefined ? undefined : `and ${row.moreMarks} more, each for one model`,
    ],
    [
      'last success',
      row.lastSuccess === undefined
        ? undefined
        : `${formatTime(row.lastSuccess)}, ${describePast(row.lastSuccess, now)}`,
    ],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`       ${name.padEnd(13)}${value}`],
  );
  return [`  ${row.order}  ${row.label}: ${describeState(row, now)}`, ...lines, ''].join('\n');
}

/** Describes the state of a key across all models. */
export function describeState({ state, marks, detail }: KeyRow, now: number): string {
  const [longest] = marks.filter(({ model }) => model === undefined);
  switch (state) {
    case 'works':
      return 'works';
    case 'untried':
      return describeUntried(detail);
    case 'due':
      return `due: it was held back (${longest ? classOrStatus(longest.cause, longest.speaker) : 'unknown'}), and the next request tries it`;
    case 'brought':
      return 'each caller brings its own with its request';
    case 'missing':
      return `missing: ${detail ?? 'nothing found'}`;
    case 'barred':
      return `barred: ${detail ?? 'it is for something else'}`;
    case 'rests':
    case 'out':
      return longest === undefined
        ? state
        : `${state} (${classOrStatus(longest.cause, longest.speaker)}) ${describeEnd(longest.until, now)}`;
    default:
      return assertNever(state);
  }
}

function describeUntried(detail = 'it has not worked here yet'): string {
  return `untried: ${detail}`;
}

/** `generate` has no word, since it is the usual operation. */
const operationWords: Readonly<Record<Operation, string>> = {
  generate: '',
  embed: ' (embeddings only)',
  'count-tokens': ' (counts of tokens only)',
  images: ' (images only)',
  audio: ' (sound only)',
  files: ' (files only)',
  batches: ' (batches only)',
  responses: ' (stored answers only)',
  rerank: ' (reranking only)',
};

/** Formats a mark: `quota on every model of its account until …, named by the provider: "…"`. */
function describeKeyMark(mark: KeyMark, now: number): string {
  const operation = mark.operation === undefined ? '' : operationWords[mark.operation];
  const model = mark.model === undefined ? '' : ` for ${mark.model}${operation}`;
  const theirs = 'the provider set the end';
  const by =
    mark.endSetBy === 'provider'
      ? describeSetter(mark, { theirs }, now)
      : 'our guess: the provider named no end';
  const end =
    mark.until <= now ? describeEnd(mark.until, now) : `${describeEnd(mark.until, now)} (${by})`;
  const said = mark.evidence === '' ? '' : `: "${mark.evidence}"`;
  return `${classOrStatus(mark.cause, mark.speaker)}${model}, this ${mark.covers}, ${end}${said}`;
}

/** Formats an end as `until 2026-11-21T09:15:00Z, in 59 min`. */
export function describeEnd(until: number, now: number): string {
  return until <= now
    ? 'over: the next request tries it'
    : `until ${formatTime(until)}, in ${describeWait(until - now)}`;
}

function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Returns `it said: 401 "no such key"`; what nobody said is described. */
export function describeRefusal(failure: NonNullable<KeyTest['failure']>): string {
  const { class: cause, status, message, speaker } = failure;
  return isSaid({ cause, status, speaker })
    ? `it said: ${status ?? cause} "${message}"`
    : `what came: ${message}`;
}

/** Says what a test of a key proved, and what it did not. */
export function describeTest(test: KeyTest, foundAt: string): string {
  const { id, verdict, verified, notVerified, failure, durationMs, attempts } = test;
  const isOpen = verdict === 'unreachable' || verdict === 'unclear';
  const bad = isOpen ? '?' : '✗';
  const sign = verdict === 'works' ? '✓' : bad;
  const said = failure === undefined ? [] : [`    ${describeRefusal(failure)}`];
  return [
    `${sign} ${id} (${foundAt}): ${verdict}; ${countNoun(attempts, 'request')}, ${(durationMs / 1000).toFixed(1)} s`,
    `    verified: ${verified}`,
    ...said,
    `    not verified: ${notVerified}`,
  ].join('\n');
}
