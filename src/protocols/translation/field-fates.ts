/**
 * Decides the fate of each field of a translated body: carried, refused by name, or left out with a
 * note for the record.
 */

import { RequestError } from '../../errors.ts';
import type { WireObject } from '../json/is-record.ts';

/** Rules for a protocol's top-level fields that are not carried. */
export interface FieldRules {
  /**
   * Fields without which the answer would be different; the function says whether this value
   * matters.
   */
  readonly refused: Readonly<Record<string, (value: unknown) => boolean>>;
  /** These values have no effect, so leaving them out is no loss. */
  readonly idle: WireObject;
}

/** Throws `RequestError` (400) for the first refused field of a body. */
export function requireCarriable(body: WireObject, { refused }: FieldRules): void {
  for (const [field, isRefused] of Object.entries(refused))
    if (isRefused(body[field])) throw cannotCarry(field);
}

/** For whoever asked what cannot be carried. */
export const uncarriedFix =
  'leave it out, or name a model whose provider speaks the protocol of the request';

/** For a request that other protocols cannot express. */
export function cannotCarry(what: string): RequestError {
  return new RequestError('request-invalid', `${what} cannot be carried into another protocol`, {
    fix: uncarriedFix,
  });
}

/** Names tools that the vendor runs or has built in. */
export function vendorTool(name: string): string {
  return `the tool ${name} of the vendor's own`;
}

/** Records are read by people: beyond this number, notes are only counted. */
const mostNamed = 50;

/** One note for all that is left out; empty if nothing is. */
export function notCarried(what: readonly string[]): readonly string[] {
  if (what.length === 0) return [];
  const were = what.length === 1 ? 'was left out: it' : 'were left out: they';
  const more = what.length > mostNamed ? ` and ${what.length - mostNamed} more` : '';
  return [
    `${what.slice(0, mostNamed).join(', ')}${more} ${were} cannot be carried into another protocol`,
  ];
}

/** True if the value asks for something. */
export function isWished(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
}
