/** Puts what has changed into the snapshot that the page has. Pure. */

import type { Snapshot } from '../explain/snapshot/snapshot.ts';

/** A `delta` of the gateway's event stream (docs/admin.md). */
export interface ReceivedDelta {
  readonly at: number;
  readonly changed: Partial<Snapshot>;
  readonly rows: readonly {
    readonly of: keyof Snapshot;
    readonly ids?: readonly string[] | undefined;
    readonly set: readonly object[];
  }[];
}

/** Rows that are equal stay the same objects. */
export function applyDelta(before: Snapshot, { at, changed, rows }: ReceivedDelta): Snapshot {
  const lists = rows.map(({ of, ids, set }) => {
    const list = before[of];
    const all = new Map(
      [...(Array.isArray(list) ? list : []), ...set].map((row) => [idOf(row), row]),
    );
    return [of, (ids ?? [...all.keys()]).flatMap((id) => all.get(id) ?? [])] as const;
  });
  return { ...before, ...changed, ...Object.fromEntries(lists), at };
}

function idOf(row: { readonly id?: string; readonly name?: string }): string {
  return row.id ?? row.name ?? '';
}
