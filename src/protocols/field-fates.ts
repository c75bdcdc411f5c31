/** What becomes of each field of a body that is translated: carried, refused by name, or left out with a note for the record. */

import { RequestError } from '../errors.ts';
import type { WireObject } from './protocol.ts';

export interface FieldFates {
  readonly carried: readonly string[];
  /** Leaving them out would change what the answer means: whether this value does. */
  readonly refused: Readonly<Record<string, (value: unknown) => boolean>>;
}

/** Notes on what is left out: every field that is neither carried nor known. Throws `RequestError` (400) for what is refused. */
export function judgeFields(body: WireObject, { carried, refused }: FieldFates): readonly string[] {
  return Object.entries(body).flatMap(([field, value]) => {
    if (carried.includes(field) || value === null || value === undefined) return [];
    if (refused[field]?.(value) === true) throw cannotCarry(field);
    return refused[field] === undefined ? [notCarried(field)] : [];
  });
}

/** The request means something that has no words in another protocol. */
export function cannotCarry(what: string): RequestError {
  return new RequestError('request-invalid', `${what} cannot be carried into another protocol`, {
    status: 400,
    howToFix: 'leave it out, or name a model whose provider speaks the protocol of the request',
  });
}

export function notCarried(what: string): string {
  return `${what} was left out: it cannot be carried into another protocol`;
}

/** For values of any kind that ask for something. */
export function isAsked(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
}
