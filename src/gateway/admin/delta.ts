/**
 * What has changed between two snapshots: fields as a whole, and of lists only the rows that
 * differ, since a list of 60 keys or 200 requests would be sent four times a second. Pure.
 */

import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { ChangedRows, SnapshotDelta } from './answers.ts';

type ListName = ChangedRows['of'];

/** The lists whose rows are compared one by one. */
const lists: readonly string[] = [
  'credentials',
  'callers',
  'tasks',
  'live',
  'recent',
] satisfies readonly ListName[];

/** A snapshot as text: each field, or of a list its ids (`live`) and each row (`live hfr_1`). */
export type SnapshotTexts = ReadonlyMap<string, string>;

export function textsOf(snapshot: Snapshot): SnapshotTexts {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(snapshot)) {
    if (name === 'v' || name === 'at') continue;
    const rows = isListName(name) ? listRows(snapshot, name) : undefined;
    texts.set(name, JSON.stringify(rows === undefined ? value : [...rows.keys()]));
    for (const [id, row] of rows ?? []) texts.set(`${name} ${id}`, JSON.stringify(row));
  }
  return texts;
}

/** Undefined where nothing has changed. */
export function createDelta(
  made: Snapshot,
  before: SnapshotTexts,
  now: SnapshotTexts,
): Pick<SnapshotDelta, 'changed' | 'rows'> | undefined {
  const isNew = (name: string): boolean => before.get(name) !== now.get(name);
  const rows: ChangedRows[] = [];
  const changed: [string, unknown][] = [];
  for (const [name, value] of Object.entries(made)) {
    const list = isListName(name) ? listRows(made, name) : undefined;
    if (list === undefined || !isListName(name)) {
      if (now.has(name) && isNew(name)) changed.push([name, value]);
      continue;
    }
    const set = [...list].flatMap(([id, row]) => (isNew(`${name} ${id}`) ? [row] : []));
    const ids = isNew(name) ? [...list.keys()] : undefined;
    if (set.length > 0 || ids !== undefined) rows.push({ of: name, ids, set });
  }
  if (changed.length === 0 && rows.length === 0) return undefined;
  return { changed: Object.fromEntries(changed), rows };
}

function isListName(name: string): name is ListName {
  return lists.includes(name);
}

/** Undefined where two rows have one name: then the list is told whole, like other fields. */
function listRows(snapshot: Snapshot, list: ListName): ReadonlyMap<string, object> | undefined {
  const rows = new Map<string, object>();
  for (const row of snapshot[list]) rows.set('id' in row ? row.id : row.name, row);
  return rows.size === snapshot[list].length ? rows : undefined;
}
