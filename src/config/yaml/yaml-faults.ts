/**
 * Explains why a text is invalid YAML: the first cause, without its consequences. Never quotes the
 * text, which may contain a key.
 */

import { type Document, isCollection, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { explainLayout, type YamlError, type YamlFault } from './yaml-layout.ts';

const variables = /\$\{(\w+)\}/g;

/** A space that YAML takes for a letter, where a line or a value begins. */
const oddSpace = /^[ \t]*(?:- |[\w.-]+: *)?([\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000])/m;

interface OddMark {
  /** The mark is what its match ends with. */
  readonly pattern: RegExp;
  /** What must stand above it. Default: anything. */
  readonly below?: RegExp;
  readonly message: string;
  readonly fix: string;
}

/** Of web pages, word processors and other keyboards; and of a file in another format. */
const oddMarks: readonly OddMark[] = [
  {
    // a value that begins with quotes of a text for people, which YAML takes for letters
    pattern: /^[^#\n"']*?[:,[{-]\s+[\u2018-\u201f\u00ab\u00bb]/mu,
    message: 'a typographic quotation mark (%), which quotes nothing',
    fix: 'write plain quotation marks, " or \'',
  },
  {
    pattern: /^[ \t]*(?:- +)?[\w.-]+[ \t]*[\uff1a\ufe55\u2236]/mu,
    message: 'a colon of another script (%), which ends no key',
    fix: 'write a plain colon and a space behind it',
  },
  {
    pattern: /^\{(?=[ \t]*")/mu,
    below: /^[\w"']/mu,
    message: 'JSON below lines of YAML',
    fix: 'write it as the lines above, each key as KEY: VALUE, without the outer { }',
  },
];

/** Only where the text is no YAML because of it. */
export function findOddMark(text: string, { errors }: Document): YamlFault | undefined {
  if (errors.length === 0) return undefined;
  for (const { pattern, below, message, fix } of oddMarks) {
    const found = pattern.exec(text);
    if (found === null || below?.test(text.slice(0, found.index)) === false) continue;
    const offset = found.index + found[0].length - 1;
    return { offset, message: message.replace('%', text.charAt(offset)), fix };
  }
  return undefined;
}

/** U+FFFD stands for each byte that is not UTF-8. In a comment it is harmless. */
export function findForeignByte(text: string, document: Document): YamlFault | undefined {
  if (!text.includes('\ufffd')) return undefined;
  const starts: number[] = [];
  visit(document, {
    Scalar: (_key, scalar) => {
      const [start = 0, end = 0] = scalar.range ?? [];
      const at = text.slice(start, end).indexOf('\ufffd');
      if (at >= 0) starts.push(start + at);
    },
  });
  const [offset] = starts.toSorted((one, other) => one - other);
  return offset === undefined
    ? undefined
    : {
        offset,
        message: 'a byte that is not UTF-8, in a name or a value',
        fix: 'save the file as UTF-8 (`iconv` changes Latin-1 into it)',
      };
}

/** They look like spaces, and come from web pages. Only where they have done harm. */
export function findOddSpace(text: string, document: Document): YamlFault | undefined {
  const found = oddSpace.exec(text);
  if (found === null) return undefined;
  let isHarmful = document.errors.length > 0 || !isCollection(document.contents);
  visit(document, {
    Pair: (_key, { key }) => {
      isHarmful ||= isScalar(key) && oddSpace.test(String(key.value));
    },
  });
  const [whole, space = ''] = found;
  const code = (space.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isHarmful
    ? {
        offset: found.index + whole.length - 1,
        message: `a character that only looks like a space (U+${code})`,
        fix: 'write plain spaces in its place, on every line that has it',
      }
    : undefined;
}

/** Describes each error of the YAML library, in its order. */
export function describeYamlErrors(text: string, document: Document): readonly YamlFault[] {
  const [first] = document.errors;
  if (first === undefined) return [];
  if (!text.slice(first.pos[0] - 1).startsWith('${')) return explainEach(text, document);
  // The same length, so that all other positions stay valid.
  const quoted = parseDocument(text.replace(variables, '$_$1_'), { prettyErrors: false });
  const bare = findBareVariables(text, quoted);
  if (bare.length === 0) return explainEach(text, document);
  return [...bare, ...explainEach(text, quoted)].toSorted(
    (left, right) => left.offset - right.offset,
  );
}

/** Finds every unquoted `${NAME}` inside [ ] or { }: YAML reads its brace as a mapping. */
function findBareVariables(text: string, quoted: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(quoted, {
    Scalar: (_key, scalar, path) => {
      const [start, end] = scalar.range ?? [0, 0];
      const written = text.slice(start, end);
      const at = written.search(variables);
      const inside = path.findLast((node) => isCollection(node) && node.flow === true);
      if (scalar.type !== 'PLAIN' || at < 0 || inside === undefined) return;
      const brackets = isSeq(inside) ? '[ ]' : '{ }';
      faults.push({
        offset: start + at + 1,
        message: `\${…} inside ${brackets} needs quotes`,
        fix: quotePlace(written, path.at(-1)),
      });
    },
  });
  return faults;
}

/** Shows how to quote it. Text next to the variable is not repeated: it may be part of a key. */
function quotePlace(written: string, parent: unknown): string {
  const isWhole = written.replace(variables, '') === '';
  if (!isWhole) return 'put the whole value in quotes';
  const key = isPair(parent) && isScalar(parent.key) ? `${String(parent.key.value)}: ` : '';
  return `${key}"${written}"`;
}

function explainEach(text: string, document: Document): readonly YamlFault[] {
  return dropEchoedErrors(text, document.errors).map(
    (error) => explainLayout(text, error, document) ?? explainYamlError(error),
  );
}

/** Faults of one value, behind which the rest of the text is read as it is. */
function isOfOneValue({ code, message }: YamlError): boolean {
  return /^BAD_(SCALAR_START|DQ_ESCAPE)$/.test(code) || message.startsWith('Flow');
}

/**
 * Drops errors that follow from another one: behind the first fault of the layout the parser reads
 * other things than are written there.
 */
function dropEchoedErrors(text: string, errors: readonly YamlError[]): readonly YamlError[] {
  const lineOf = ({ pos }: YamlError): number => text.slice(0, pos[0]).split('\n').length;
  const first = errors.findIndex((error) => !isOfOneValue(error) && error.code !== 'DUPLICATE_KEY');
  return errors
    .filter((error, index) => first < 0 || index <= first || isOfOneValue(error))
    .filter(
      (error, index, rest) => rest.findIndex((other) => lineOf(other) === lineOf(error)) === index,
    );
}

/**
 * Contains the error code, the message of that code to match, its replacement if any, and the fix.
 */
type FaultWords = readonly [code: string, whose: RegExp, message: string | undefined, fix: string];

const any = /^/;
const noKey = 'a line without ": "';
const writeKey = 'write KEY: VALUE, with a space behind the colon; a comment begins with #';

const words: readonly FaultWords[] = [
  ['TAB_AS_INDENT', any, undefined, 'YAML is indented with spaces only: replace every tab'],
  ['DUPLICATE_KEY', any, 'this key appears twice', 'keep one of the two'],
  ['BAD_INDENT', any, undefined, 'align the keys of one level'],
  ['MISSING_CHAR', /^Implicit map keys/, noKey, writeKey],
  ['MULTILINE_IMPLICIT_KEY', any, noKey, writeKey],
  [
    'BAD_DQ_ESCAPE',
    any,
    'a backslash in " " begins an escape, and this is none',
    "put the value in single quotes, as '…', where a backslash is one",
  ],
  ['MISSING_CHAR', /^Missing , /, 'a comma is missing before this', 'write , between the parts'],
  ['MISSING_CHAR', any, undefined, 'close what is opened here or above'],
  ['BAD_ALIAS', any, 'a * without a name', 'put a text that begins with * in quotes'],
  ['BAD_SCALAR_START', any, undefined, 'put the value in quotes'],
  [
    'MULTIPLE_DOCS',
    any,
    'a second document begins here',
    'keep one, and take out the line `---` between them',
  ],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    any,
    undefined,
    'put a value with ": " in it in quotes, or begin its keys on a line of their own',
  ],
  [
    'UNEXPECTED_TOKEN',
    any,
    'something follows here where a value has ended',
    'put the whole value in quotes, or begin a new line',
  ],
];

function explainYamlError({ code, message, pos }: YamlError): YamlFault {
  if (message.includes('call stack'))
    return { offset: pos[0], message: 'it is nested far too deeply', fix: 'write fewer levels' };
  const [, , said = message, fix] =
    words.find(([known, whose]) => known === code && whose.test(message)) ?? [];
  return { offset: pos[0], message: said, fix };
}
