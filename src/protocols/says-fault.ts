/** Whether the `error` of an answer says that something went wrong: some servers write an empty one into every answer. */

import { isRecord } from './is-record.ts';

/** False for what is absent, null, `false`, 0, and for an empty text, object or list. */
export function saysFault(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
  return Boolean(error);
}

/** Whether a text or a list says something; an object always does. */
export function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}
