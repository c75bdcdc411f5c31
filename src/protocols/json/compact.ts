/** Removes fields that are undefined or null: neither says anything. */

type Absent<T> = {
  [K in keyof T]: undefined extends T[K] ? K : null extends T[K] ? K : never;
}[keyof T];
type Compact<T> = Omit<T, Absent<T>> & { [K in Absent<T>]?: NonNullable<T[K]> };

export function compact<T extends object>(fields: T): Compact<T>;
export function compact(fields: object): object {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) if (value != null) kept[field] = value;
  return kept;
}
