/** What every reader of JSON from the wire asks first. */

/** The value, or undefined where the text is not JSON. */
export function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // every caller says in its own words what that means
  }
}

/** A JSON object as it came: nothing in it was looked at. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A JSON object, not an array, nor a number that is kept as it was written (exact-json.ts). */
export function isRecord(value: unknown): value is WireObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}

/** Whether a text or a list says something; an object always does. */
export function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

const nothing: readonly never[] = [];

/** The items of a list; none of what is no list. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing;
}

/** The objects among the items of a list. */
export function recordsIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) && value.length > 0 ? value.filter(isRecord) : nothing;
}
