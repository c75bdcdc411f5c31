/** Finds the signature row that an answer fits: the provider's own before generic ones, structure before text before status. */

import type { OneOf, Signature } from '../providers/signatures/signature.ts';
import { type ErrorBody, valuesAt } from './error-body.ts';

export interface AnswerFacts extends ErrorBody {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SignatureTable {
  match(answer: AnswerFacts): Signature | undefined;
}

/** Sorts the rows once; a lookup looks at the provider's own and the generic ones only. */
export function createSignatureTable(rows: readonly Signature[]): SignatureTable {
  const ranked = [...rows].sort((a, b) => rankOf(a) - rankOf(b));
  return { match: (answer) => ranked.find((row) => fits(row, answer)) };
}

export function kindOf(row: Signature): 'code' | 'text' | 'status' {
  if (row.code ?? row.type ?? row.param ?? row.field ?? row.header) return 'code';
  return row.text === undefined ? 'status' : 'text';
}

function rankOf(row: Signature): number {
  return (row.provider === '*' ? 3 : 0) + ['code', 'text', 'status'].indexOf(kindOf(row));
}

function fits(row: Signature, answer: AnswerFacts): boolean {
  return (
    (row.provider === '*' || row.provider === answer.provider) &&
    (row.status === undefined || [row.status].flat().includes(answer.status)) &&
    fitsError(row, answer) &&
    (row.text === undefined || row.text.test(answer.message)) &&
    (row.field === undefined || fitsField(row.field, answer)) &&
    (row.header === undefined || fitsHeader(row.header, answer))
  );
}

function fitsError(row: Signature, { error }: AnswerFacts): boolean {
  return (
    isOneOf(row.code, error['code']) && isOneOf(row.type, error['type']) && isOneOf(row.param, error['param'])
  );
}

function fitsField(field: NonNullable<Signature['field']>, { body }: AnswerFacts): boolean {
  return valuesAt(body, field.path).some((value) =>
    field.is instanceof RegExp ? typeof value === 'string' && field.is.test(value) : isOneOf(field.is, value),
  );
}

function fitsHeader(header: NonNullable<Signature['header']>, { headers }: AnswerFacts): boolean {
  const value = headers[header.name];
  return value !== undefined && (header.is?.test(value) ?? true);
}

function isOneOf(wanted: OneOf | undefined, found: unknown): boolean {
  if (wanted === undefined) return true;
  return (typeof found === 'string' || typeof found === 'number') && [wanted].flat().includes(String(found));
}
