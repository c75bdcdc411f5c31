/** Words of a command line, which sh, bash, zsh and fish read alike. */

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

/** Reads the words of each command of a line whose words `quoteWord` wrote, joined by `&&`. */
export function splitCommands(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [raw] of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    if (raw === '&&') commands.push([]);
    else commands.at(-1)?.push(raw.replaceAll(/'([^']*)'|\\(.)/g, '$1$2'));
  }
  return commands;
}
