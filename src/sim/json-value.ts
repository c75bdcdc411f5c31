/** Guards for JSON of unknown shape, as clients send it. */

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object, false for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value itself when it is an object, or else one without fields. */
export function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value's items, or none when it is no array. */
export function toItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value itself when it is a text, or else nothing. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The parsed text; nothing when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON; the caller answers 400
  }
}
