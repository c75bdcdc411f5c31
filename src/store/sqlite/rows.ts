/** Between rows of the state file and the words of the contract. What the schema guarantees is not checked again. */

import type { FailureClass, Mark, Scope } from '../../model/failure.ts';
import type { Operation } from '../../model/protocol.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { UsageRow } from '../../model/usage.ts';
import { kindOf, scopeFields } from '../policy.ts';
import type { Tombstone } from '../store.ts';

/** What a statement is given, in the order of its question marks. */
export type Parameters = readonly (string | number | Uint8Array | null)[];

/** A row as SQLite gives it: names of columns to values. */
export type SqlRow = Readonly<Record<string, unknown>>;

interface ScopeRow {
  readonly origin: string | null;
  readonly account: string | null;
  readonly fingerprint: string | null;
  readonly model: string | null;
  /** Absent in marks that were written before operations were told apart: they hold for all. */
  readonly operation: Operation | null;
}

interface MarkRow extends ScopeRow {
  readonly key: string;
  /** A class of a newer version is possible: readers give a cause they do not know no window. */
  readonly cause: FailureClass;
  readonly since: number;
  readonly until: number;
  readonly end_set_by: 'provider' | 'ours';
  readonly strikes: number;
  readonly evidence: string;
  readonly known_fingerprints: string | null;
}

export function parseMark(row: SqlRow): Mark {
  const { key, cause, since, until, end_set_by, strikes, evidence, known_fingerprints, ...scope } =
    row as unknown as MarkRow;
  const known = known_fingerprints === null ? {} : { knownFingerprints: JSON.parse(known_fingerprints) };
  return {
    key,
    cause,
    scope: toScope(scope),
    since,
    until,
    endSetBy: end_set_by,
    strikes,
    evidence,
    ...known,
  };
}

export function toMarkRow(mark: Mark): Parameters {
  const { key, cause, scope, since, until, endSetBy, strikes, evidence, knownFingerprints } = mark;
  const known = knownFingerprints === undefined ? null : JSON.stringify(knownFingerprints);
  return [key, cause, ...toScopeRow(scope), since, until, endSetBy, strikes, evidence, known];
}

export function parseTombstone(row: SqlRow): Tombstone {
  const { at, ...scope } = row as unknown as ScopeRow & { at: number };
  return { scope: toScope(scope), at };
}

export function toTombstoneRow({ scope, at }: Tombstone): Parameters {
  return [...toScopeRow(scope), at];
}

/** A row whose columns are named as the fields of the contract. */
export function parseRow<Whole>(row: SqlRow): Whole {
  return { ...row } as unknown as Whole;
}

export function toRecordRow(record: RequestRecord): Parameters {
  const { id, at, task, caller = '' } = record;
  return [id, at, JSON.stringify(record), kindOf(record), task, caller];
}

export function toUsageRow(row: UsageRow): Parameters {
  const { day, caller, task, target, purpose, requests, inputTokens, outputTokens, cachedTokens } = row;
  const tokens = [inputTokens, outputTokens, cachedTokens];
  return [day, caller, task, target, purpose, requests, ...tokens, row.usd, row.unpriced];
}

export function parseRecord(row: SqlRow): RequestRecord {
  return JSON.parse((row as { body: string }).body);
}

export function parseNumber(row: SqlRow | undefined, column: string): number {
  return (row?.[column] as number | undefined) ?? 0;
}

/** An absent field is NULL, and NULL an absent field. */
function toScope({ origin, account, fingerprint, model, operation }: ScopeRow): Scope {
  return {
    ...(origin === null ? {} : { origin }),
    ...(account === null ? {} : { account }),
    ...(fingerprint === null ? {} : { fingerprint }),
    ...(model === null ? {} : { model }),
    ...(operation === null ? {} : { operation }),
  };
}

function toScopeRow(scope: Scope): Parameters {
  return scopeFields.map((field) => scope[field] ?? null);
}
