/**
 * A configuration as it was probably meant: what stands at a misspelt key is read at the right one,
 * whatever is inside, so that the inside is judged too. On the way of a configuration that cannot
 * be used, before it is told. Pure.
 */

import { parse } from 'yaml';
import { findMeantForm } from './meant-form.ts';
import { configSchema, type KeyPath } from './schema.ts';
import { type Complaint, describeIssues } from './schema-issues.ts';
import { fitsSchema, listKeys } from './schema-walk.ts';
import { isObject, mapValues, valueAtPath } from './values.ts';

export interface MeantConfig {
  readonly value: unknown;
  /** About the misspelt keys. The others are about `value`. */
  readonly complaints: readonly Complaint[];
  /** Where a value of this path is written. */
  written(path: KeyPath): KeyPath;
}

interface KeyMove {
  readonly from: KeyPath;
  readonly to: KeyPath;
}

export function readMeant(root: unknown): MeantConfig {
  const complaints: Complaint[] = [];
  const moves: KeyMove[] = [];
  let value = root;
  for (;;) {
    const [found] = listComplaints(value).flatMap((complaint) => {
      const move = findMove(value, complaint);
      return move === undefined ? [] : [{ complaint, move }];
    });
    if (found === undefined) break;
    complaints.push(found.complaint);
    moves.unshift(found.move);
    value = carryOut(value, found.move);
  }
  const written = (path: KeyPath): KeyPath =>
    moves.reduce(
      (at, { from, to }) => (isBelow(at, to) ? [...from, ...at.slice(to.length)] : at),
      path,
    );
  return { value, complaints, written };
}

/** The same with each word as it was meant. */
export function mendWords(value: unknown): unknown {
  return listComplaints(value).reduce((mended, { path, typo }) => {
    if (typo?.meant === undefined || typo.of === 'key') return mended;
    const meant: unknown = typo.of === 'form' ? parse(typo.meant) : typo.meant;
    return changeAt(mended, path, () => meant);
  }, value);
}

function listComplaints(value: unknown): readonly Complaint[] {
  const parsed = configSchema.safeParse(value);
  return parsed.success ? [] : describeIssues(value, parsed.error.issues);
}

/** Undefined where the other place is taken, or was hardly meant for such a value. */
function findMove(root: unknown, { path, typo }: Complaint): KeyMove | undefined {
  if (typo?.of !== 'key' || typo.meant === undefined || typo.isTaken === true) return undefined;
  const move = { from: path, to: [...path.slice(0, -1), typo.meant] };
  const value = valueAtPath(root, path);
  const inside = Array.isArray(value) ? [...move.to, 0] : move.to;
  const isSection = isObject(value) && (fitsSchema(inside, {}) || listKeys(inside).length > 0);
  const isMeant =
    isSection ||
    fitsSchema(move.to, value) ||
    findMeantForm(carryOut(root, move), move.to) !== undefined;
  return isMeant ? move : undefined;
}

/** The moved value keeps its place among the others. */
function carryOut(root: unknown, { from, to }: KeyMove): unknown {
  const rename = (key: string): string => (key === from.at(-1) ? String(to.at(-1)) : key);
  return changeAt(root, from.slice(0, -1), (parent) =>
    Object.fromEntries(Object.entries(Object(parent)).map(([key, item]) => [rename(key), item])),
  );
}

function changeAt(root: unknown, place: KeyPath, change: (value: unknown) => unknown): unknown {
  return mapValues(root, [], (value, path) =>
    path.length === place.length && isBelow(path, place) ? change(value) : value,
  );
}

function isBelow(path: KeyPath, above: KeyPath): boolean {
  return above.every((part, index) => String(path[index]) === String(part));
}
