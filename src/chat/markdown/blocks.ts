/**
 * Cuts markdown into blocks, line by line. A block is returned as soon as no later line can change
 * it. An item of a list is a block, and so is a line of code. Pure: a flow and a line give the next
 * flow and the finished blocks.
 */

export interface MarkdownBlock {
  readonly kind: 'paragraph' | 'heading' | 'code' | 'label' | 'rule' | 'table';
  /** Contains markdown, or for code the unchanged line. */
  readonly text: string;
  /** Printed before its first line; the other lines are indented by the same width. */
  readonly bullet: string;
  /** Precedes each line of the block. */
  readonly margin: string;
  /** An empty line came before it. */
  readonly hasGap: boolean;
}

interface OpenListItem {
  /** Counts the columns before its marker. */
  readonly indent: number;
  readonly margin: string;
}

interface Fence {
  /** The fence must end with at least as many: ``` or longer. */
  readonly mark: string;
  readonly indent: number;
}

/** The open blocks between two lines. */
export interface Flow {
  /** Counts the open `>`. */
  readonly quotes: number;
  /** The open list items, outermost first. */
  readonly items: readonly OpenListItem[];
  readonly fence?: Fence | undefined;
  /** These lines may still change: they belong to an unfinished paragraph or table. */
  readonly held: readonly string[];
  /** The marker of an item whose first block is still to come. */
  readonly bullet: string;
  readonly hasGap: boolean;
}

export const emptyFlow: Flow = { quotes: 0, items: [], held: [], bullet: '', hasGap: false };

export interface FlowStep {
  readonly flow: Flow;
  readonly done: readonly MarkdownBlock[];
}

/**
 * A longer paragraph is returned in parts, so that each line costs the same, however many came
 * before it.
 */
const maxHeldLines = 50;

const quoteMark = /^( {0,3}> ?)/;
const fenceMark = /^(`{3,}|~{3,})\s*([^`]*)$/;
const heading = /^#{1,6}(\s+|$)/;
const rule = /^(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$/;
const listMark = /^([-*+]|\d{1,9}[.)])(\s+|$)/;
const delimiterRow = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$/;
/**
 * Matches text without anything that could continue in the next line: emphasis, code, links, a
 * table's head.
 */
const unmarked = /^[^*_~`[<|]*$/u;

/** Adds one complete line, without its line break. */
export function takeLine(flow: Flow, line: string): FlowStep {
  if (flow.fence !== undefined) return takeCode(flow, flow.fence, line);
  const { depth, rest } = stripQuotes(line);
  if (depth === flow.quotes || isLazy(flow, rest)) return takeContent(flow, rest);
  const left = finishBlock(flow);
  const next = takeContent({ ...left.flow, quotes: depth, items: [], bullet: '' }, rest);
  return { ...next, done: [...left.done, ...next.done] };
}

/** Returns the unfinished block, at the end of the text or before another block. */
export function finishBlock(flow: Flow): FlowStep {
  const { held } = flow;
  if (held.length === 0) return { flow, done: [] };
  const isTable =
    held.length > 1 && delimiterRow.test(held[1] ?? '') && held[0]?.includes('|') === true;
  return give({ ...flow, held: [] }, isTable ? 'table' : 'paragraph', held.join('\n'));
}

/** Returns one block, and clears the marker before it. */
function give(flow: Flow, kind: MarkdownBlock['kind'], text: string): FlowStep {
  const { bullet, hasGap } = flow;
  const block = { kind, text, bullet, margin: marginOf(flow), hasGap };
  return { flow: { ...flow, bullet: '', hasGap: false }, done: [block] };
}

function marginOf({ quotes, items, bullet }: Flow): string {
  const inner = items.at(-1)?.margin ?? '';
  return '│ '.repeat(quotes) + inner.slice(0, inner.length - bullet.length);
}

function stripQuotes(line: string): { readonly depth: number; readonly rest: string } {
  let rest = line;
  let depth = 0;
  for (let found = quoteMark.exec(rest); found !== null; found = quoteMark.exec(rest)) {
    rest = rest.slice(found[0].length);
    depth += 1;
  }
  return { depth, rest };
}

/** A paragraph may continue without its `>`. */
function isLazy({ held }: Flow, rest: string): boolean {
  return held.length > 0 && rest.trim() !== '' && !beginsBlock(rest.trim());
}

function beginsBlock(text: string): boolean {
  return [fenceMark, heading, rule, listMark].some((mark) => mark.test(text));
}

function takeContent(flow: Flow, line: string): FlowStep {
  const text = line.trim();
  const indent = line.replaceAll('\t', '    ').search(/\S/);
  if (text !== '' && flow.held.length > 0 && !beginsBlock(text)) return hold(flow, text);
  const { flow: left, done } = finishBlock(flow);
  if (text === '') return { flow: { ...left, hasGap: true }, done };
  const items = left.items.filter((item) => indent >= item.indent + 2);
  const next = beginBlock(
    { ...left, items, bullet: items.length < left.items.length ? '' : left.bullet },
    text,
    indent,
  );
  return { ...next, done: [...done, ...next.done] };
}

function beginBlock(flow: Flow, text: string, indent: number): FlowStep {
  const [, mark, label = ''] = fenceMark.exec(text) ?? [];
  if (mark !== undefined) {
    const opened = { ...flow, fence: { mark, indent } };
    return label.trim() === '' ? { flow: opened, done: [] } : give(opened, 'label', label.trim());
  }
  if (rule.test(text)) return give(flow, 'rule', '');
  if (heading.test(text))
    return give(flow, 'heading', text.replace(heading, '').replace(/\s+#+$/, ''));
  const [whole = '', marker] = listMark.exec(text) ?? [];
  if (marker !== undefined)
    return beginListItem(flow, { marker, indent, text: text.slice(whole.length) });
  const isCode = indent >= 4 && flow.items.length === 0;
  return isCode ? give(flow, 'code', ' '.repeat(indent - 4) + text) : hold(flow, text);
}

/** Adds a line of a paragraph. It is returned at once if no later line can change it. */
function hold(flow: Flow, text: string): FlowStep {
  const held = [...flow.held, text];
  const isOver = held.length >= maxHeldLines && !delimiterRow.test(held[1] ?? '');
  const next = { ...flow, held };
  return isOver || (held.length === 1 && unmarked.test(text))
    ? finishBlock(next)
    : { flow: next, done: [] };
}

function beginListItem(
  flow: Flow,
  {
    marker,
    indent,
    text,
  }: { readonly marker: string; readonly indent: number; readonly text: string },
): FlowStep {
  const bullet = /\d/.test(marker) ? `${marker} ` : '• ';
  const margin = (flow.items.at(-1)?.margin ?? '') + ' '.repeat(bullet.length);
  const opened = { ...flow, items: [...flow.items, { indent, margin }], bullet };
  return text === ''
    ? { flow: opened, done: [] }
    : beginBlock(opened, text, indent + marker.length + 1);
}

function takeCode(flow: Flow, { mark, indent }: Fence, line: string): FlowStep {
  let rest = line;
  for (let depth = 0; depth < flow.quotes; depth += 1) rest = rest.replace(quoteMark, '');
  const text = rest.trim();
  if (text.startsWith(mark) && /^(.)\1*$/.test(text))
    return { flow: { ...flow, fence: undefined }, done: [] };
  const own = /^ */.exec(rest)?.[0].length ?? 0;
  return give(flow, 'code', rest.slice(Math.min(own, indent)));
}
