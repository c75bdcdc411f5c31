/**
 * Runs interleaved rounds: every contender is measured in turn, again and again, so that a busy
 * minute of the machine affects all alike.
 */

import type { ContenderName } from './contender.ts';
import { median } from './figures.ts';

/** The results by name, one value per round. */
export type Rounds<T, Name extends string = ContenderName> = ReadonlyMap<Name, readonly T[]>;

export async function interleave<T, Name extends string, Subject extends { readonly name: Name }>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject) => Promise<T>,
): Promise<Rounds<T, Subject['name']>> {
  const found = new Map<Subject['name'], T[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) found.get(subject.name)?.push(await measure(subject));
  }
  return found;
}

/** Returns the median of one figure over all rounds. */
export function middle<T, Name extends string>(
  rounds: Rounds<T, Name>,
  who: Name,
  read: (value: T) => number,
): number {
  return median((rounds.get(who) ?? []).map(read));
}

/** Compares two round by round and returns the median; undefined if one was left out. */
export function compare<T, Name extends string>(
  rounds: Rounds<T, Name>,
  [left, right]: readonly [Name, Name],
  relate: (left: T, right: T) => number,
): number | undefined {
  const others = rounds.get(right);
  const related = (rounds.get(left) ?? []).flatMap((value, index) => {
    const other = others?.[index];
    return other === undefined ? [] : [relate(value, other)];
  });
  return related.length === 0 ? undefined : median(related);
}
