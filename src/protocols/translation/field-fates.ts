/**
 * What becomes of each field of a body that is translated: carried, refused by name, or left out
 * with a note for the record.
 */

import { RequestError } from '../../errors.ts';
import type { WireObject } from '../json/is-record.ts';

/** What a protocol's top-level fields are worth in another, beside those that are carried. */
export interface FieldRules {
  /** Leaving them out would change what the answer is: whether this value does. */
  readonly refused: Readonly<Record<string, (value: unknown) => boolean>>;
  /** Values that ask for nothing: leaving them out is no loss. */
  readonly idle: WireObject;
}

/** Throws `RequestError` (400) for the first field of a body that is refused. */
export function requireCarriable(body: WireObject, { refused }: FieldRules): void {
  for (const [field, isRefused] of Object.entries(refused))
    if (isRefused(body[field])) throw cannotCarry(field);
}

/** For whoever asked what cannot be carried. */
export const uncarriedFix =
  'leave it out, or name a model whose provider speaks the protocol of the request';

/** The request means something that has no words in another protocol. */
export function cannotCarry(what: string): RequestError {
  return new RequestError('request-invalid', `${what} cannot be carried into another protocol`, {
    status: 400,
    fix: uncarriedFix,
  });
}

/** A record is read by people: more than these are counted. */
const mostNamed = 50;

/** One note on all that is left out; none where nothing is. */
export function notCarried(what: readonly string[]): readonly string[] {
  if (what.length === 0) return [];
  const told = what.length === 1 ? 'was left out: it' : 'were left out: they';
  const more = what.length > mostNamed ? ` and ${what.length - mostNamed} more` : '';
  return [
    `${what.slice(0, mostNamed).join(', ')}${more} ${told} cannot be carried into another protocol`,
  ];
}

/** For values of any kind that ask for something. */
export function isWished(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
}
