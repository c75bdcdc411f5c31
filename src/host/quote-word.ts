/** One word of a command line, which sh, bash, zsh and fish read alike. */

/**
 * A backslash goes outside the quotes: inside them fish reads `\\` as one and `\'`
 * as a quote. `%`, `=` and `~` at the start of a word are special in some shell.
 */
export function quoteWord(word: string): string {
  if (/^[\w@+:,./-]+$/.test(word)) return word;
  const pieces = word.split(/(['\\])/).filter((piece) => piece !== '');
  const quoted = pieces.map((piece) =>
    piece === "'" || piece === '\\' ? `\\${piece}` : `'${piece}'`,
  );
  return word === '' ? "''" : quoted.join('');
}
