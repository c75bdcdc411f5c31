/** Basic checks for JSON from the wire. */

/** Undefined if the text is not JSON. */
export function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // each caller reports it in its own words
  }
}

/** Its fields have not been checked. */
export type WireObject = Readonly<Record<string, unknown>>;

/** True for a JSON object; false for an array, and for a number kept as written (exact-json.ts). */
export function isRecord(value: unknown): value is WireObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}

/** False for an empty text or list; true for any object. */
export function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

const nothing: readonly never[] = [];

/** The items of a list; empty if the value is not a list. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing;
}

/** The objects among a list's items. */
export function recordsIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) && value.length > 0 ? value.filter(isRecord) : nothing;
}
