/**
 * The formatting of a YAML text, so that a change keeps its style: line ends, byte order mark,
 * indentation.
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

/** A file may start with it; it takes no column. */
const byteOrderMark = '\uFEFF';

/** Writes the changed document in the style of its old text, without folding lines. */
export function writeInForm(document: Document, before: string): string {
  const written = document.toString({ lineWidth: 0, ...readHabits(withoutMark(before)) });
  const newline = newlineOf(before);
  const mark = before.startsWith(byteOrderMark) ? byteOrderMark : '';
  return mark + (newline === '\n' ? written : written.replace(/\r?\n/g, newline));
}

export function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}

/** Returns the most common line end. */
export function newlineOf(text: string): '\n' | '\r\n' {
  const carriageReturns = text.split('\r\n').length - 1;
  return carriageReturns * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
}

/** Taken from the first example in the text; without one the library decides. */
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

/** Returns the offset of a mapping's first key, or of a list's first dash. */
function startOfBlock(text: string, value: unknown): number | undefined {
  if ((!isMap(value) && !isSeq(value)) || value.flow === true) return undefined;
  const [first] = value.items;
  const node = isMap(value) ? value.items[0]?.key : first;
  const [start] = rangeOf(node) ?? [];
  return isMap(value) || start === undefined ? start : text.lastIndexOf('-', start - 1);
}

/** Counts from 0. */
export function columnOf(text: string, index: number): number {
  return index - (text.lastIndexOf('\n', index - 1) + 1);
}
