/** Type guards for JSON of unknown shape, as clients send it. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns false for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value if it is an object, else an empty object. */
export function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Returns the array's items; empty if it is not an array. */
export function toItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the objects in an array; empty if it is not an array. */
export function toObjects(value: unknown): readonly JsonObject[] {
  return toItems(value).filter(isJsonObject);
}

/** Returns the value if it is a string, else undefined. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Returns undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON; the caller answers 400
  }
}
