/**
 * Lines for a person to paste into sh, bash, zsh or fish. Each value becomes one word, which all
 * four shells read alike.
 */

import type { ShellLine } from '../model/fix.ts';

/** A word of a line: text, or what another line prints. A list is several words. */
type ShellValue = string | number | readonly string[] | { readonly outputOf: ShellLine };

/**
 * `` shellLine`holdfast auth add ${provider}` ``: the text is ours and stays as it is, each value
 * is quoted. Text that touches a value belongs to the same word: `--label=${label}`.
 */
export function shellLine(text: TemplateStringsArray, ...values: readonly ShellValue[]): ShellLine {
  const words = values.map((value) => {
    if (typeof value !== 'object') return quoteWord(String(value));
    return 'outputOf' in value ? `"$(${value.outputOf})"` : value.map(quoteWord).join(' ');
  });
  // structure-exception: assertion the one place that makes the type
  return String.raw({ raw: text }, ...words) as ShellLine;
}

/**
 * One word. A backslash stands outside of the quotes: within them fish reads `\\` as one and `\'`
 * as a quote. A `%`, a `=` and a `~` mean something to some shell where a word begins.
 */
function quoteWord(word: string): string {
  if (/^[\w@+:,./-]+$/.test(word)) return word;
  const pieces = word.split(/(['\\])/).filter((piece) => piece !== '');
  const quoted = pieces.map((piece) =>
    piece === "'" || piece === '\\' ? `\\${piece}` : `'${piece}'`,
  );
  return word === '' ? "''" : quoted.join('');
}
