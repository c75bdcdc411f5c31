/** The one question that every reader of parsed JSON asks first. */

/** A JSON object as it came: nothing in it was looked at. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A JSON object, not an array. */
export function isRecord(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
