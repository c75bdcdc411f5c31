/** Finds the known name closest to a mistyped one, by edit distance. */

import type { Typo } from '../../errors.ts';

/** Undefined if no known name is close enough. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  const limit = name.length < 6 ? 1 : Math.floor(name.length / 3);
  const [best] = known
    .map((other) => ({
      other,
      distance: editDistance(name.toLowerCase(), other.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return best?.other;
}

export function findTypo(of: Typo['of'], written: string, known: readonly string[]): Typo {
  return { of, written, meant: findNearest(written, known) };
}

/** The question whether that name was meant; undefined when none is near. */
export function askAbout({ meant, isTaken }: Pick<Typo, 'meant' | 'isTaken'>): string | undefined {
  if (meant === undefined) return undefined;
  const asked = `did you mean ${meant}?`;
  return isTaken === true ? `${asked} it is there too, so keep one of the two` : asked;
}

/** Does both steps, for callers that need only the question. */
export function askWhetherMeant(name: string, known: readonly string[]): string | undefined {
  return askAbout({ meant: findNearest(name, known) });
}

/** Counts insertions, deletions, replacements and swaps of neighbours between two texts. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  let before = previous;
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const isSwap = left[row - 2] === right[column - 1] && left[row - 1] === right[column - 2];
      const swapped = isSwap ? (before[column - 2] ?? Infinity) + 1 : Infinity;
      current.push(
        Math.min(replaced, swapped, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[right.length] ?? 0;
}
