/**
 * Converts between rows of the state file and the contract's types. What the schema guarantees is
 * not checked again.
 */

import type { LimitReading } from '../../model/credential.ts';
import type { Mark, Scope } from '../../model/failure.ts';
import type { RequestRecord } from '../../model/record.ts';
import { type SeriesRow, seriesBoundsMs } from '../../model/series.ts';
import type { UsageRow } from '../../model/usage.ts';
import { keyOfLimit, recordKindOf, scopeFields } from '../policy.ts';
import type { BoundId, Proven, Tombstone } from '../store.ts';

/** Parameters of a statement, in the order of its question marks. */
export type Parameters = readonly (string | number | Uint8Array | null)[];

/** A row from SQLite: column names to values. */
export type SqlRow = Readonly<Record<string, unknown>>;

export function parseMark({ knownFingerprints: known, namedUntil, speaker, ...row }: SqlRow): Mark {
  return {
    ...parseScoped<Mark>(row),
    ...(typeof namedUntil === 'number' ? { namedUntil } : {}),
    ...(typeof speaker === 'string' ? { speaker: JSON.parse(speaker) } : {}),
    ...(typeof known === 'string' ? { knownFingerprints: JSON.parse(known) } : {}),
  };
}

export function toMarkRow(mark: Mark): Parameters {
  const {
    key,
    cause,
    scope,
    since,
    until,
    endSetBy,
    namedUntil,
    strikes,
    evidence,
    speaker,
    knownFingerprints,
  } = mark;
  const [said, known] = [speaker, knownFingerprints].map((one) =>
    one === undefined ? null : JSON.stringify(one),
  );
  return [
    key,
    cause,
    ...toScopeRow(scope),
    since,
    until,
    endSetBy,
    namedUntil ?? null,
    strikes,
    evidence,
    said ?? null,
    known ?? null,
  ];
}

export function parseTombstone(row: SqlRow): Tombstone {
  return parseScoped<Tombstone>(row);
}

export function toTombstoneRow({ scope, at }: Tombstone): Parameters {
  return [...toScopeRow(scope), at];
}

/** The model column of a row that is of any model: the column is part of the primary key. */
export const anyModel = '';

export function parseProven(row: SqlRow): Proven {
  const { model, ...ofAny } = row;
  return parseRow<Proven>(model === anyModel ? ofAny : row);
}

export function parseBoundId({ maker, lasting, ...row }: SqlRow): BoundId {
  return {
    ...parseRow<BoundId>(row),
    ...(typeof maker === 'string' ? { maker } : {}),
    ...(lasting === 1 ? { isLasting: true } : {}),
  };
}

export function toBoundIdRow({ id, origin, account, at, maker, isLasting }: BoundId): Parameters {
  return [id, origin, account, at, maker ?? null, isLasting === true ? 1 : 0];
}

/** Column names are the field names of the contract. */
export function parseRow<Whole>(row: SqlRow): Whole {
  return { ...row } as unknown as Whole;
}

export function toRecordRow(record: RequestRecord): Parameters {
  const { id, at, task, caller = '' } = record;
  return [id, at, JSON.stringify(record), recordKindOf(record), task, caller];
}

export function toUsageRow(row: UsageRow): Parameters {
  const { day, caller, task, target, purpose, requests, inputTokens, outputTokens, cachedTokens } =
    row;
  const tokens = [inputTokens, outputTokens, cachedTokens];
  return [day, caller, task, target, purpose, requests, ...tokens, row.usd, row.unpriced];
}

/** Trailing zeros are left out: a minute of one request has a number in one bucket. */
export function toSeriesRow(row: SeriesRow): Parameters {
  const { step, at, caller, target, asked, rescued, failed, tokens, cachedTokens, usd } = row;
  const times = [row.waited, row.firstContent].map((counts) =>
    counts.slice(0, counts.findLastIndex((count) => count !== 0) + 1),
  );
  const sums = [asked, rescued, failed, tokens, cachedTokens, usd, ...times];
  return [step, at, caller, target, JSON.stringify(sums)];
}

export function parseSeriesRow(row: SqlRow): SeriesRow {
  const { sums, ...name } = row as Omit<SeriesRow, 'waited'> & { readonly sums: string };
  const [asked, rescued, failed, tokens, cachedTokens, usd, ...times] = JSON.parse(sums);
  const [waited, firstContent] = times.map((counts: readonly number[]) =>
    Array.from({ length: seriesBoundsMs.length + 1 }, (_, index) => counts[index] ?? 0),
  );
  return { ...name, asked, rescued, failed, tokens, cachedTokens, usd, waited, firstContent };
}

export function toLimitRow(reading: LimitReading): Parameters {
  return [keyOfLimit(reading), reading.asOf, reading.until, JSON.stringify(reading)];
}

/** Parses a row whose column `body` has all of it. */
export function parseBody<Whole>(row: SqlRow): Whole {
  return JSON.parse((row as { body: string }).body);
}

export function parseColumnNumber(row: SqlRow | undefined, column: string): number {
  return (row?.[column] as number | undefined) ?? 0;
}

/** Parses a row that contains a scope; an absent field is NULL in the table. */
function parseScoped<Whole extends { readonly scope: Scope }>(row: SqlRow): Whole {
  const scope: Record<string, unknown> = {};
  const whole: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const isOfScope = scopeFields.some((field) => field === name);
    if (isOfScope && value !== null) scope[name] = value;
    whole[isOfScope ? 'scope' : name] = isOfScope ? scope : value;
  }
  return whole as unknown as Whole;
}

function toScopeRow(scope: Scope): Parameters {
  return scopeFields.map((field) => scope[field] ?? null);
}
