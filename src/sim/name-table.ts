/**
 * Tables whose rows have name patterns such as `status-NNN-times-N`: finds the row of a name and
 * reads its numbers.
 */

/**
 * `NNN` in a name stands for an HTTP error status, `N` for any number. A name without them is its
 * own example.
 */
export type NameRow<Built> = readonly [
  name: string,
  effect: string,
  build: (...numbers: readonly number[]) => Built,
  example?: string,
];

/** Creates a lookup from a name to what its row builds; undefined if no row matches. */
export function createNameLookup<Built>(
  rows: readonly NameRow<Built>[],
): (name: string) => Built | undefined {
  const compiled = rows.map(([row, , build]) => ({ build, pattern: toPattern(row) }));
  return (name) => {
    for (const { build, pattern } of compiled) {
      const match = pattern.exec(name);
      if (match) return build(...match.slice(1).map(Number));
    }
    return undefined;
  };
}

/** Removes the `+suffix`, which makes a separate thing with the same behaviour. */
export function withoutSuffix(name: string): string {
  const plus = name.indexOf('+');
  return plus < 0 ? name : name.slice(0, plus);
}

function toPattern(name: string): RegExp {
  const source = name.replace(/NNN|N/g, (hole) =>
    hole === 'NNN' ? '([45]\\d\\d)' : '(\\d+(?:\\.\\d+)?)',
  );
  return new RegExp(`^${source}$`);
}
