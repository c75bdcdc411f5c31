/** Basic checks for JSON from the wire. */

/** Undefined if the text is not JSON. A byte order mark before it is ignored (RFC 8259 § 8.1). */
export function parseOrNothing(
  text: string,
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  try {
    return parse(text);
  } catch {
    // each caller reports it in its own words
    return text.startsWith('\uFEFF') ? parseOrNothing(text.slice(1), parse) : undefined;
  }
}

/** Its fields have not been checked. */
export type WireObject = Readonly<Record<string, unknown>>;

/**
 * Is true for a JSON object; false for an array, and for a number kept as written (exact-json.ts).
 */
export function isRecord(value: unknown): value is WireObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}

/** Is false for an empty text or list; true for any object. */
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

/** The value, if it is a text and not empty, as a list. */
export function textsIn(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : nothing;
}

/**
 * Replaces each object in one of an object's lists by what `change` returns: one, several or none.
 * Returns the same object if nothing changes.
 */
export function mapRecords(
  object: WireObject,
  field: string,
  change: (item: WireObject) => WireObject | readonly WireObject[],
): WireObject {
  const list = object[field];
  if (!Array.isArray(list)) return object;
  const mapped = list.flatMap((item: unknown) => (isRecord(item) ? change(item) : [item]));
  const isSame = mapped.length === list.length && mapped.every((item, at) => item === list[at]);
  return isSame ? object : { ...object, [field]: mapped };
}

/** Maps the parts of each turn. A turn that loses all is dropped: vendors refuse empty ones. */
export function mapParts(
  body: WireObject,
  [turns, parts]: readonly [turns: string, parts: string],
  change: (part: WireObject) => WireObject | readonly WireObject[],
): WireObject {
  return mapRecords(body, turns, (turn) => {
    const mapped = mapRecords(turn, parts, change);
    return mapped !== turn && listIn(mapped[parts]).length === 0 ? [] : mapped;
  });
}
