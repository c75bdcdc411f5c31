/**
 * How a YAML text is written, so that it can be written the same way when it was changed: line
 * ends, byte order mark, indentation.
 */

import {
  type Document,
  isMap,
  isSeq,
  type Pair,
  parseDocument,
  type ToStringOptions,
  visit,
} from 'yaml';
import { rangeOf } from './nodes.ts';

/** A file may begin with it; it takes no column. */
const byteOrderMark = '\uFEFF';

/** The changed document in the form of the text that it was read from; no line is folded. */
export function writeInForm(document: Document, before: string): string {
  const written = document.toString({ lineWidth: 0, ...readHabits(withoutMark(before)) });
  const newline = newlineOf(before);
  const mark = before.startsWith(byteOrderMark) ? byteOrderMark : '';
  return mark + (newline === '\n' ? written : written.replace(/\r?\n/g, newline));
}

export function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}

/** What most lines end with. */
export function newlineOf(text: string): '\n' | '\r\n' {
  const carriageReturns = text.split('\r\n').length - 1;
  return carriageReturns * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
}

/** As the first place shows it; where no place does, the library decides. */
export function readHabits(text: string): ToStringOptions {
  const steps: TextStep[] = [];
  visit(parseDocument(text), {
    Pair: (_key, pair) => {
      const step = measureStep(text, pair);
      if (step !== undefined) steps.push(step);
    },
  });
  const deeper = steps.find(({ columns }) => columns > 0);
  const list = steps.find(({ isList }) => isList);
  return {
    flowCollectionPadding: /[[{] \S/.test(text),
    ...(deeper === undefined ? {} : { indent: deeper.columns }),
    ...(list === undefined ? {} : { indentSeq: list.columns > 0 }),
  };
}

/** How much deeper than its key something stands. */
interface TextStep {
  readonly isList: boolean;
  readonly columns: number;
}

function measureStep(text: string, { key, value }: Pair): TextStep | undefined {
  const isList = isSeq(value);
  const [outer] = rangeOf(key) ?? [];
  const inner = startOfBlock(text, value);
  if (outer === undefined || inner === undefined) return undefined;
  return { isList, columns: columnOf(text, inner) - columnOf(text, outer) };
}

/** Where the first key of a mapping, or the first dash of a list, stands. */
function startOfBlock(text: string, value: unknown): number | undefined {
  if ((!isMap(value) && !isSeq(value)) || value.flow === true) return undefined;
  const [first] = value.items;
  const node = isMap(value) ? value.items[0]?.key : first;
  const [start] = rangeOf(node) ?? [];
  return isMap(value) || start === undefined ? start : text.lastIndexOf('-', start - 1);
}

/** Counted from 0. */
export function columnOf(text: string, index: number): number {
  return index - (text.lastIndexOf('\n', index - 1) + 1);
}
