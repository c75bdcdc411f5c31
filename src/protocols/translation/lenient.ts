/**
 * Reads what a provider wrote where it should not be written so, or says that it cannot be read:
 * nothing is passed over (translate leg).
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

/** A text, however it is wrapped. Throws for what may hold words that nobody can find. */
export function readText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((part) => readText(part, place)).join('');
  if (isRecord(value) && value['text'] !== undefined) return readText(value['text'], place);
  throw new TypeError(`${place} is not a text`);
}

/** JSON as text, where some write the object itself. */
export function readJsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/**
 * The records of a list; one record alone is a list of one. Throws for what may hold more than can
 * be found.
 */
export function readRecords(value: unknown, place: string): readonly WireObject[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.every(isRecord) ? value : value.flatMap((one) => readRecords(one, place));
  if (isRecord(value)) return [value];
  throw new TypeError(`${place} is not a list of objects`);
}

/** A record. Throws for what may hold words that nobody can find. */
export function readRecord(value: unknown, place: string): WireObject {
  if (isRecord(value)) return value;
  if (value === undefined || value === null) return {};
  throw new TypeError(`${place} is not an object`);
}

/** A number, which some write as text. */
export function readCount(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** A name that says something. */
export function readName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
