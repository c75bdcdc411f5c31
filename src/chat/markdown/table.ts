/**
 * Renders a table: columns are as wide as their cells, or narrower and wrapped if they do not fit.
 * Pure.
 */

import { type InlineToken, styles, toPieces } from './inline.ts';
import { type TextLine, type TextPiece, widthOfLine, wrap } from './text.ts';

interface TableCell {
  readonly tokens: readonly InlineToken[];
}

/** The fields of a `marked` table that we read. */
export interface TableToken {
  readonly header: readonly TableCell[];
  readonly align: readonly ('center' | 'left' | 'right' | null)[];
  readonly rows: readonly (readonly TableCell[])[];
}

const gap = 2;
/** Other columns never make a column narrower than this. */
const minColumns = 6;

export function formatTable(
  { header, align, rows }: TableToken,
  room: number,
): readonly TextLine[] {
  const head = header.map(({ tokens }) => toPieces(tokens, styles.strong));
  const body = rows.map((row) => row.map(({ tokens }) => toPieces(tokens)));
  const widths = narrow(
    head.map((_cell, column) =>
      Math.max(1, ...[head, ...body].map((row) => widthOfLine(row[column] ?? []))),
    ),
    room,
  );
  const format = (row: readonly TextLine[]): readonly TextLine[] => formatRow(row, widths, align);
  const ruler = widths.map((width) => '─'.repeat(width)).join(' '.repeat(gap));
  return [...format(head), [{ text: ruler, style: styles.quiet }], ...body.flatMap(format)];
}

/** Narrows the widest column until all fit. */
function narrow(wished: readonly number[], room: number): readonly number[] {
  const widths = [...wished];
  const spaces = gap * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, spaces) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= minColumns) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function formatRow(
  row: readonly TextLine[],
  widths: readonly number[],
  align: TableToken['align'],
): readonly TextLine[] {
  const cells = widths.map((width, column) => wrap(row[column] ?? [], width));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    cells.flatMap((lines, column): TextLine => {
      const isLast = column === widths.length - 1;
      const line = lines[index] ?? [];
      const spare = (widths[column] ?? 0) - widthOfLine(line);
      const before = spaceBefore(align[column], spare);
      return [...spaces(before), ...line, ...(isLast ? [] : spaces(spare - before + gap))];
    }),
  );
}

function spaceBefore(align: TableToken['align'][number] | undefined, spare: number): number {
  if (align === 'right') return spare;
  return align === 'center' ? Math.floor(spare / 2) : 0;
}

function spaces(count: number): readonly TextPiece[] {
  return count <= 0 ? [] : [{ text: ' '.repeat(count), style: '' }];
}
