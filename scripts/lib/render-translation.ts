/**
 * Updates the tables of docs/translation.md: each cell must match what the code makes of the row's
 * example. A correct cell keeps its text and remark; wrong cells, and missing rows and columns, are
 * written anew.
 */

import { fateOfAnswer, fateOfRequest, holds, subjects } from '../../test/translation/fates.ts';
import { cellsOf, type Examples, type Fate, toFate } from '../../test/translation/table.ts';

type FateOf = typeof fateOfRequest;

/** Pure. */
export function keepTables(page: string): string {
  return Object.entries(subjects).reduce(
    (text, [protocol, { requests, answers }]) =>
      [
        { heading: `Requests in \`${protocol}\``, examples: requests, fateOf: fateOfRequest },
        { heading: `Answers in \`${protocol}\``, examples: answers, fateOf: fateOfAnswer },
      ].reduce((kept, table) => keepTable(kept, { ...table, protocol }), text),
    page,
  );
}

interface Table {
  readonly heading: string;
  readonly protocol: string;
  readonly examples: Examples;
  readonly fateOf: FateOf;
}

function keepTable(page: string, table: Table): string {
  const { heading, protocol, examples, fateOf } = table;
  const columns = Object.keys(subjects).filter((name) => name !== protocol);
  const section = findSection(page, heading);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const [head = '', , ...rows] = lines;
  const old = cellsOf(head).map((cell) => cell.replaceAll('`', ''));
  const written = new Map(rows.map((row) => [cellsOf(row)[0] ?? '', cellsOf(row)]));
  const labels = [
    ...written.keys(),
    ...Object.keys(examples).filter((label) => !written.has(label)),
  ];
  const kept = labels.flatMap((label) => {
    const example = examples[label];
    if (example === undefined) return [];
    const cells = columns.map((column) => {
      const cell = written.get(label)?.[old.indexOf(column)];
      return keepCell(cell, fateOf(protocol, column, example));
    });
    return [renderRow([label, ...cells])];
  });
  const names = ['field', ...columns.map((column) => `\`${column}\``)];
  const text = [renderRow(names), `|${'---|'.repeat(names.length)}`, ...kept].join('\n');
  return page.replace(section, () => `\n## ${heading}\n\n${text}\n`);
}

/** Returns the section from the heading to the end of its table. */
function findSection(page: string, heading: string): string {
  const start = page.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new TypeError(`docs/translation.md has no "${heading}"`);
  const [section = ''] = page.slice(start + 1).split(/\n(?=## )/, 1);
  return `\n${section.trimEnd()}\n`;
}

function keepCell(cell: string | undefined, fate: Fate): string {
  return cell !== undefined && holds(toFate(cell), fate) ? cell : renderFate(fate);
}

function renderFate(fate: Fate): string {
  if (fate === 'nothing') return '–';
  return typeof fate === 'string' ? fate : fate.map((place) => `\`${place}\``).join(', ');
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
