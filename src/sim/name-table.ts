/** Tables whose rows are named by patterns such as `status-NNN-times-N`: how a name finds its row and its numbers. */

/** One row: `NNN` stands for an HTTP error status, `N` for any number. */
export interface NameRow<Built> {
  readonly name: string;
  readonly example: string;
  readonly effect: string;
  readonly build: (numbers: readonly number[]) => Built;
}

/** Makes a lookup from a name to what its row builds; a name no row describes gives nothing. */
export function createNameLookup<Built>(
  rows: readonly NameRow<Built>[],
): (name: string) => Built | undefined {
  const compiled = rows.map((row) => ({ row, pattern: toPattern(row.name) }));
  return (name) => {
    for (const { row, pattern } of compiled) {
      const match = pattern.exec(name);
      if (match) return row.build(match.slice(1).map(Number));
    }
    return undefined;
  };
}

/** The name without its `+suffix`, which makes a separate thing of the same behaviour. */
export function withoutSuffix(name: string): string {
  const plus = name.indexOf('+');
  return plus < 0 ? name : name.slice(0, plus);
}

function toPattern(name: string): RegExp {
  const source = name.replace(/NNN|N/g, (hole) => (hole === 'NNN' ? '([45]\\d\\d)' : '(\\d+(?:\\.\\d+)?)'));
  return new RegExp(`^${source}$`);
}
