/**
 * Finds our values in a file that its agent has rewritten, and takes them out one by one. Pure.
 */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isRecord, listIn } from '../protocols/json/is-record.ts';
import type { FileRow, SettingValue } from './settings.ts';

/** A value that we wrote, by its place. Its hash tells whether it is still ours. */
export interface OwnValue {
  readonly path: readonly string[];
  /** The item of the list at `path` whose field `by` has this value. Absent: no list. */
  readonly item?: { readonly by: string; readonly is: SettingValue };
  /** SHA-256 of the value as JSON with sorted keys. */
  readonly hash: string;
}

/** An item of a list is one value; of an object, each field is one. */
export function listOwnValues({ set = {}, item }: FileRow): readonly OwnValue[] {
  const fields = Object.entries(set).flatMap(([key, value]) => listFields(key.split('.'), value));
  if (item === undefined) return fields;
  const { list: path, by, value } = item;
  return [...fields, { path, item: { by, is: value[by] ?? '' }, hash: hashOfValue(value) }];
}

function listFields(path: readonly string[], value: SettingValue): readonly OwnValue[] {
  if (!isRecord(value)) return [{ path, hash: hashOfValue(value) }];
  return Object.entries(value).flatMap(([key, one]) => listFields([...path, key], one));
}

function hashOfValue(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const sorted = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, one]) => [key, sortKeys(one)]));
}

export interface Withdrawal {
  /** The file without our values, and with those that stood in their places. */
  readonly root: unknown;
  /** Places that have another value by now, and keep it. */
  readonly left: readonly string[];
}

/**
 * Puts the former value back wherever ours still is. `former` is the file from before; undefined if
 * there was none.
 */
export function withdrawValues(
  root: unknown,
  values: readonly OwnValue[],
  former: unknown,
): Withdrawal {
  const left: string[] = [];
  const without = values.reduce((now, value) => {
    const present = findValue(now, value);
    if (present === undefined) return now;
    const isOurs = hashOfValue(present) === value.hash;
    const before = findValue(former, value);
    if (isOurs) return putFormerBack(now, value, former);
    if (!isDeepStrictEqual(present, before)) left.push(describePlace(value));
    return now;
  }, root);
  return { root: without, left };
}

/** Places that have another value by now than the one that we wrote, or none. */
export function listChanged(root: unknown, values: readonly OwnValue[]): readonly string[] {
  return values
    .filter((value) => {
      const present = findValue(root, value);
      return present === undefined || hashOfValue(present) !== value.hash;
    })
    .map(describePlace);
}

function describePlace({ path, item }: OwnValue): string {
  const list = path.join('.');
  return item === undefined ? list : `${list}[${item.by}=${String(item.is)}]`;
}

function findValue(root: unknown, { path, item }: OwnValue): unknown {
  const found = path.reduce<unknown>((now, key) => (isRecord(now) ? now[key] : undefined), root);
  if (item === undefined) return found;
  return listIn(found).find((one) => isRecord(one) && one[item.by] === item.is);
}

function putFormerBack(root: unknown, own: OwnValue, former: unknown): unknown {
  const { path, item } = own;
  const value = findValue(former, own);
  if (item === undefined) return putBack(root, own, { value, former });
  const kept = listIn(findValue(root, { path, hash: '' })).flatMap((one) => {
    if (!isRecord(one) || one[item.by] !== item.is) return [one];
    return value === undefined ? [] : [value];
  });
  const hadList = findValue(former, { path, hash: '' }) !== undefined || path.length === 0;
  const list = kept.length === 0 && !hadList ? undefined : kept;
  return putBack(root, own, { value: list, former });
}

/** An object that is empty then goes too, unless it was there before. */
function putBack(
  root: unknown,
  place: Pick<OwnValue, 'path'>,
  { value, former }: { readonly value: unknown; readonly former: unknown },
): unknown {
  const [key, ...path] = place.path;
  if (key === undefined) return value;
  if (!isRecord(root)) return root;
  const before = isRecord(former) ? former[key] : undefined;
  const child = putBack(root[key], { path }, { value, former: before });
  const isEmptied = isRecord(child) && Object.keys(child).length === 0;
  const { [key]: _old, ...others } = root;
  return child === undefined || (isEmptied && before === undefined)
    ? others
    : { ...root, [key]: child };
}
