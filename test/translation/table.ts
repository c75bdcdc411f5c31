/** The tables of `docs/translation.md` on translation, as the tests read them. */

import { readFileSync } from 'node:fs';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { Target } from '../../src/model/target.ts';

/** A body with what a row names, and one without it. */
export interface Example {
  readonly with: object;
  /** Default: the least that can be asked. */
  readonly without?: object;
  /** What the note or the refusal says. Default: the last word of each place. */
  readonly says?: RegExp;
  /** What is special about the target. */
  readonly target?: Partial<Target>;
}

/** By the first cell of the row. */
export type Examples = Readonly<Record<string, Example>>;

/**
 * What becomes of it: places at which it stands afterwards; `nothing`: there is nothing to carry.
 */
export type Fate = readonly string[] | 'dropped' | 'refused' | 'nothing';

export interface Row {
  readonly label: string;
  /** The places that the label names. */
  readonly places: readonly string[];
  readonly fates: readonly Fate[];
}

const page = readFileSync(new URL('../../docs/translation.md', import.meta.url), 'utf8');

/** The rows under a heading; its columns after the first are protocols. */
export function readTable(heading: string): {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
} {
  const start = page.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new TypeError(`docs/translation.md has no "${heading}"`);
  const section = page.slice(start + 1).split(/\n##+ /, 1)[0] ?? '';
  const [head, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return {
    columns: cellsOf(head ?? '')
      .slice(1)
      .map(placeIn),
    rows: rows.map(toRow),
  };
}

function toRow(line: string): Row {
  const [label = '', ...cells] = cellsOf(line);
  return { label, places: placesIn(label), fates: cells.map(toFate) };
}

export function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

export function toFate(cell: string): Fate {
  if (cell.startsWith('dropped')) return 'dropped';
  if (cell.startsWith('refused')) return 'refused';
  if (cell.startsWith('–')) return 'nothing';
  return placesIn(cell);
}

function placesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, place]) => place ?? '');
}

function placeIn(cell: string): ProtocolName | string {
  return placesIn(cell)[0] ?? cell;
}
