/**
 * What is wrong, or could not be found out: one trouble, its evidence, and the line that mends it.
 * `explain` and `doctor` print them.
 */

import type { Fix } from '../../model/fix.ts';

/**
 * `broken`: something that was asked for does not work. `odd`: it works, and something is not as it
 * should be. `resting`: it works as designed, and ends by itself. `unknown`: it could not be looked
 * at.
 */
export type Weight = 'broken' | 'odd' | 'resting' | 'unknown';

export interface Trouble {
  readonly weight: Weight;
  /** What is wrong, with what or whom. */
  readonly what: string;
  /** What says so: words of a provider, a place, a count. */
  readonly evidence: readonly string[];
  readonly mend?: Fix | undefined;
  /** The exit status that it calls for; 0 for what is only told. */
  readonly exit: 0 | 1 | 3 | 4;
}

/** Default of its evidence: none; of its exit status: 1 for what is broken or odd. */
export function createTrouble(
  weight: Weight,
  what: string,
  { evidence = [], mend, exit }: Partial<Pick<Trouble, 'evidence' | 'mend' | 'exit'>>,
): Trouble {
  return {
    weight,
    what,
    evidence,
    mend,
    exit: exit ?? (weight === 'broken' || weight === 'odd' ? 1 : 0),
  };
}

const weights: readonly Weight[] = ['broken', 'odd', 'unknown', 'resting'];
/** A broken configuration explains a missing key, and not the other way round. */
const exits: readonly Trouble['exit'][] = [3, 4, 1, 0];

/** The worst first. */
export function rankTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  return troubles.toSorted(
    (one, other) =>
      weights.indexOf(one.weight) - weights.indexOf(other.weight) ||
      exits.indexOf(one.exit) - exits.indexOf(other.exit),
  );
}

/** A parent is as bad as its worst child. */
export function exitOf(troubles: readonly Trouble[]): Trouble['exit'] {
  return exits.find((exit) => troubles.some((trouble) => trouble.exit === exit)) ?? 0;
}
