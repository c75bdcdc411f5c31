/**
 * Where a person has to look when a text is no YAML because of its layout: the two lines whose
 * indentation differs, or the sign that opens what nobody closes. The parser tells where it gave
 * up, which is often the line behind, or the last one.
 */

import { type Document, isCollection, isScalar, visit } from 'yaml';

export interface YamlFault {
  readonly offset: number;
  readonly message: string;
  readonly fix?: string | undefined;
}

export interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Undefined: its place is as the parser says. */
export function explainLayout(
  text: string,
  { code, message, pos }: YamlError,
  document: Document,
): YamlFault | undefined {
  const [at] = pos;
  if (code === 'MISSING_CHAR' && message.startsWith('Missing closing'))
    return nameOpening(document, at, {
      message: 'a quotation mark is not closed',
      fix: 'close it on its own line',
    });
  if (code === 'BAD_INDENT' && message.startsWith('Flow'))
    return tellBracket(text, nameOpening(document, at, nameBracket(message)));
  const lines = readLines(text);
  const index = lines.findLastIndex(({ offset }) => offset <= at);
  const [here, behind] = [lines[index], lines[index + 1]];
  if (here === undefined) return undefined;
  const above = lines.slice(0, index);
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return explainNesting(above, here, behind);
    case 'BAD_INDENT':
      return (
        tellDash(above.find(isLikeDash(here)), here) ?? tellIndents(findOpen(above, here), here)
      );
    case 'UNEXPECTED_TOKEN':
      return explainToken(above, here);
    default:
      return undefined;
  }
}

function explainToken(above: readonly IndentedLine[], here: IndentedLine): YamlFault | undefined {
  if (/^(- )?\*[^\s:]*:/.test(here.words))
    return {
      offset: here.offset + here.indent,
      message: 'a name begins with *, which YAML takes for a reference',
      fix: 'put the name in quotes',
    };
  return above.every(({ indent }) => indent !== here.indent)
    ? tellIndents(findOpen(above, here), here)
    : undefined;
}

/** A value on the line of its key, and something below it. */
function explainNesting(
  above: readonly IndentedLine[],
  here: IndentedLine,
  behind: IndentedLine | undefined,
): YamlFault | undefined {
  const dashed = [here, behind].find((line) => line !== undefined && isDashed(line));
  const other = [...above, here].findLast(
    (line) => line !== dashed && line.indent === dashed?.indent,
  );
  if (other !== undefined) return tellDash(dashed, other);
  if (dashed !== undefined) return tellIndents(above.findLast(isDashed) ?? here, dashed);
  return behind !== undefined && behind.indent > here.indent
    ? tellIndents(here, behind)
    : undefined;
}

/** The first line of the level that is still open and lies next deeper than this line. */
function findOpen(
  above: readonly IndentedLine[],
  { indent }: IndentedLine,
): IndentedLine | undefined {
  const open: IndentedLine[] = [];
  for (const line of above) {
    while ((open.at(-1)?.indent ?? -1) > line.indent) open.pop();
    if (open.at(-1)?.indent !== line.indent) open.push(line);
  }
  return open.find((line) => line.indent > indent) ?? open.at(-1);
}

/** One with a dash, where the other of the same level has none. */
function isLikeDash(line: IndentedLine): (other: IndentedLine) => boolean {
  return (other) => other.indent === line.indent && isDashed(other) && !isDashed(line);
}

function isDashed({ words }: IndentedLine): boolean {
  return words.startsWith('- ');
}

interface IndentedLine {
  readonly number: number;
  readonly offset: number;
  readonly indent: number;
  readonly words: string;
}

/** Those that are neither empty nor a comment. */
function readLines(text: string): readonly IndentedLine[] {
  let offset = 0;
  return text
    .split('\n')
    .map((line, index) => {
      const words = line.trimStart();
      const read = { number: index + 1, offset, indent: line.length - words.length, words };
      offset += line.length + 1;
      return read;
    })
    .filter(({ words }) => words !== '' && !words.startsWith('#'));
}

function tellIndents(upper: IndentedLine | undefined, lower: IndentedLine): YamlFault | undefined {
  if (upper === undefined) return undefined;
  return {
    offset: upper.offset + upper.indent,
    message: `line ${upper.number} is indented by ${countSpaces(upper)}, line ${lower.number} by ${lower.indent}`,
    fix: 'align the keys of one level, and indent only what is below a key without a value',
  };
}

function tellDash(dashed: IndentedLine | undefined, other: IndentedLine): YamlFault | undefined {
  if (dashed === undefined) return undefined;
  return {
    offset: dashed.offset + dashed.indent,
    message: `line ${dashed.number} begins with a dash, and line ${other.number} of the same level does not`,
    fix: 'write all of them as NAME: VALUE, without a dash, or each with one',
  };
}

function countSpaces({ indent }: IndentedLine): string {
  return `${indent} space${indent === 1 ? '' : 's'}`;
}

function nameBracket(message: string): Omit<YamlFault, 'offset'> {
  const [open, close] = message.startsWith('Flow map') ? ['{', '}'] : ['[', ']'];
  return {
    message: `a ${open} is not closed`,
    fix: `add the missing ${close}, on the same line or indented`,
  };
}

/** It may be closed, on a line that is indented too little. */
function tellBracket(text: string, fault: YamlFault): YamlFault {
  const [open = '', close = ''] = text[fault.offset] === '{' ? '{}' : '[]';
  const rest = text.slice(fault.offset);
  let depth = 0;
  const end = rest.split('').findIndex((sign) => {
    depth += Number(sign === open) - Number(sign === close);
    return depth === 0;
  });
  const inside = rest.slice(0, Math.max(0, end));
  if (!/\n\S/.test(`${inside}${close}`) || /\n(- )?[\w.-]+:\s/.test(inside)) return fault;
  const message = `what is in this ${open} goes on at the beginning of a line`;
  return { offset: fault.offset, message, fix: `indent each line up to its ${close}` };
}

/** The outermost bracket, or the quotation, that is still open there. */
function nameOpening(document: Document, at: number, said: Omit<YamlFault, 'offset'>): YamlFault {
  const open: number[] = [];
  visit(document, {
    Node: (_key, node) => {
      const isOpen = isCollection(node)
        ? node.flow === true
        : isScalar(node) && isQuoted(node.type);
      const [start = 0, , end = 0] = node.range ?? [];
      if (isOpen && start < at && end >= at) open.push(start);
    },
  });
  return { offset: open[0] ?? at, ...said };
}

function isQuoted(type: unknown): boolean {
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}
