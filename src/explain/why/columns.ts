/** Aligns rows of text: a column is as wide as its longest cell. Pure. */

/** The last column is not padded, and empty columns are left out. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .filter((_cell, column) => widths[column] !== 0)
      .join('  '),
  );
}
