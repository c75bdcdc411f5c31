/** Why a text is no YAML, in words: what is wrong first, without what only follows from it. Never a piece of the text, which may be a key. */

import { type Document, isCollection, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';

export interface YamlFault {
  readonly offset: number;
  readonly message: string;
  readonly howToFix?: string;
}

interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

const variables = /\$\{(\w+)\}/g;

/** Each fault of a text that the library objects to, in its order. */
export function describeYamlErrors(text: string, errors: readonly YamlError[]): readonly YamlFault[] {
  const [first] = errors;
  if (first === undefined) return [];
  if (!text.slice(first.pos[0] - 1).startsWith('${')) return withoutEchoes(text, errors).map(describe);
  // The same length, so that all else stays where it is.
  const mended = parseDocument(text.replace(variables, '$_$1_'), { prettyErrors: false });
  const bare = findBareVariables(text, mended);
  if (bare.length === 0) return withoutEchoes(text, errors).map(describe);
  return [...bare, ...withoutEchoes(text, mended.errors).map(describe)].toSorted(
    (left, right) => left.offset - right.offset,
  );
}

/** To YAML, the brace of a `${NAME}` between braces opens keys of its own. */
function findBareVariables(text: string, mended: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(mended, {
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
        howToFix: quote(written, path.at(-1)),
      });
    },
  });
  return faults;
}

/** What stands beside the variable may be a piece of a key, and is not repeated. */
function quote(written: string, parent: unknown): string {
  const isWhole = written.replace(variables, '') === '';
  if (!isWhole) return 'put the whole value in quotes';
  const key = isPair(parent) && isScalar(parent.key) ? `${String(parent.key.value)}: ` : '';
  return `${key}"${written}"`;
}

/** A file indented with tabs has one problem; what the library cannot place behind an error, on its line or at its place, only follows from it. */
function withoutEchoes(text: string, errors: readonly YamlError[]): readonly YamlError[] {
  const lineOf = ({ pos }: YamlError): number => text.slice(0, pos[0]).split('\n').length;
  const firstTab = errors.find(({ code }) => code === 'TAB_AS_INDENT');
  return errors
    .filter((error, index) => index === 0 || error.code !== 'UNEXPECTED_TOKEN')
    .filter((error) => error.code !== 'TAB_AS_INDENT' || error === firstTab)
    .filter((error, index, rest) => rest.findIndex((other) => lineOf(other) === lineOf(error)) === index);
}

interface Words {
  readonly code: string;
  /** Whose message this is, where a code has several. */
  readonly said?: RegExp;
  /** Default: that of the library. */
  readonly message?: string;
  readonly howToFix: string;
}

const words: readonly Words[] = [
  { code: 'TAB_AS_INDENT', howToFix: 'YAML is indented with spaces only: replace every tab' },
  { code: 'DUPLICATE_KEY', message: 'this key stands here twice', howToFix: 'keep one of the two' },
  {
    code: 'BAD_INDENT',
    said: /^Flow sequence/,
    message: 'a [ above is not closed',
    howToFix: 'add the missing ], on the same line or indented',
  },
  {
    code: 'BAD_INDENT',
    said: /^Flow map/,
    message: 'a { above is not closed',
    howToFix: 'add the missing }, on the same line or indented',
  },
  { code: 'BAD_INDENT', howToFix: 'align the keys of one level' },
  {
    code: 'MISSING_CHAR',
    said: /^Missing closing/,
    message: 'a quotation mark above is not closed',
    howToFix: 'close it on its own line',
  },
  {
    code: 'MISSING_CHAR',
    said: /^Implicit map keys/,
    message: 'a line without ": "',
    howToFix: 'write KEY: VALUE',
  },
  { code: 'MISSING_CHAR', howToFix: 'close what is opened here or above' },
  { code: 'BAD_SCALAR_START', howToFix: 'put the value in quotes' },
  {
    code: 'MULTIPLE_DOCS',
    message: 'a second document begins here',
    howToFix: 'keep one, and take out the line `---` between them',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    howToFix: 'put a value with ": " in it in quotes, or begin its keys on a line of their own',
  },
  {
    code: 'UNEXPECTED_TOKEN',
    message: 'something follows here where a value has ended',
    howToFix: 'put the whole value in quotes, or begin a new line',
  },
];

function describe({ code, message, pos }: YamlError): YamlFault {
  const found = words.find((row) => row.code === code && (row.said?.test(message) ?? true));
  const offset = pos[0];
  if (found === undefined) return { offset, message };
  return { offset, message: found.message ?? message, howToFix: found.howToFix };
}
