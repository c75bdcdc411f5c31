/** Interleaved rounds: everyone measured in turn, again and again, so that a busy minute of the machine hits all alike. */

import type { Contender, ContenderName } from './contender.ts';
import { median } from './figures.ts';

/** What each contender gave, one value a round. */
export type Rounds<T> = ReadonlyMap<ContenderName, readonly T[]>;

export async function interleave<T>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<T>,
): Promise<Rounds<T>> {
  const found = new Map<ContenderName, T[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) found.get(contender.name)?.push(await measure(contender));
  }
  return found;
}

/** The middle of one figure over all rounds. */
export function middle<T>(rounds: Rounds<T>, who: ContenderName, read: (value: T) => number): number {
  return median((rounds.get(who) ?? []).map(read));
}

/** Compares two contenders round by round and gives the middle; undefined when one was left out. */
export function compare<T>(
  rounds: Rounds<T>,
  [left, right]: readonly [ContenderName, ContenderName],
  relate: (left: T, right: T) => number,
): number | undefined {
  const others = rounds.get(right);
  const related = (rounds.get(left) ?? []).flatMap((value, index) => {
    const other = others?.[index];
    return other === undefined ? [] : [relate(value, other)];
  });
  return related.length === 0 ? undefined : median(related);
}
