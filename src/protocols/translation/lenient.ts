/**
 * Reads values that a provider wrote in an unusual shape, or throws: no content is skipped
 * (translate leg).
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

/** Reads a text in any wrapping. Throws if it may contain other words. */
export function readText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((part) => readText(part, place)).join('');
  if (isRecord(value) && value['text'] !== undefined) return readText(value['text'], place);
  throw new TypeError(`${place} is not a text`);
}

/** Reads JSON as text; some servers send the object itself. */
export function readJsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Reads a list of records; a single record counts as a list. Throws if it may contain more. */
export function readRecords(value: unknown, place: string): readonly WireObject[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.every(isRecord) ? value : value.flatMap((one) => readRecords(one, place));
  if (isRecord(value)) return [value];
  throw new TypeError(`${place} is not a list of objects`);
}

/** Throws if the value may contain words but is not a record. */
export function readRecord(value: unknown, place: string): WireObject {
  if (isRecord(value)) return value;
  if (value === undefined || value === null) return {};
  throw new TypeError(`${place} is not an object`);
}

/** Reads a number; some servers send it as text. */
export function readCount(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Undefined for an empty name. */
export function readName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
