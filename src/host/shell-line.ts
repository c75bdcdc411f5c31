/**
 * Command lines to paste into sh, bash, zsh or fish. Each value becomes one word that all four
 * shells read alike.
 */

import type { ShellLine } from '../model/fix.ts';

/** A word of a line: text, or the output of another line. A list becomes several words. */
type ShellValue = string | number | readonly string[] | { readonly outputOf: ShellLine };

/**
 * `` shellLine`holdfast auth add ${provider}` ``: the template's text is ours and stays as it is,
 * each value is quoted. Text that touches a value is part of the same word: `--label=${label}`.
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
 * Quotes one word. A backslash goes outside the quotes: inside them fish reads `\\` as one and `\'`
 * as a quote. `%`, `=` and `~` at the start of a word are special in some shell.
 */
function quoteWord(word: string): string {
  if (/^[\w@+:,./-]+$/.test(word)) return word;
  const pieces = word.split(/(['\\])/).filter((piece) => piece !== '');
  const quoted = pieces.map((piece) =>
    piece === "'" || piece === '\\' ? `\\${piece}` : `'${piece}'`,
  );
  return word === '' ? "''" : quoted.join('');
}
