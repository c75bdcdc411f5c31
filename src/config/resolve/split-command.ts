/**
 * Splits a command line into words by POSIX quoting. Expands nothing; refuses what only a shell
 * could do. Pure.
 */

export type SplitCommand =
  | { readonly isValid: true; readonly words: readonly string[] }
  | { readonly isValid: false; readonly message: string; readonly fix: string };

/**
 * Alternatives in order: line continuation, quoted pieces, escapes, shell operators, other text.
 */
const pieces =
  /(?<joined>\\\n)|(?<blank>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[\s\S])*)"|\\(?<escaped>[\s\S])|(?<foreign>[|&;<>()$`])|(?<plain>[^\s'"\\|&;<>()$`]+)/y;

/** A list is already split. */
export function splitCommand(command: string | readonly string[]): SplitCommand {
  return typeof command === 'string' ? splitCommandText(command) : takeWords(command);
}

function splitCommandText(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | undefined;
  pieces.lastIndex = 0;
  while (pieces.lastIndex < text.length) {
    const found = pieces.exec(text)?.groups;
    if (found === undefined) return refuseCommand('a quote or escape is not closed', 'close it');
    const foreign = found['foreign'] ?? findExpansion(found['double']);
    if (foreign !== undefined) return refuseCommand(`"${foreign}" needs a shell`, useShell);
    const piece = plainPiece(found);
    if (piece !== undefined) word = `${word ?? ''}${piece}`;
    else if (word !== undefined && found['joined'] === undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words.length === 0
    ? refuseCommand('is empty', 'name a program')
    : { isValid: true, words };
}

type Groups = Readonly<Record<string, string | undefined>>;

/** The text that a piece adds to its word; undefined if it is invalid. */
function plainPiece({ single, double, escaped, plain }: Groups): string | undefined {
  if (double !== undefined) return double.replace(/\\([$`"\\])|\\\n/g, '$1');
  return escaped ?? single ?? plain;
}

/** In double quotes a shell still expands `$` and backquotes. */
function findExpansion(double: string | undefined): string | undefined {
  return double === undefined ? undefined : /(?<!\\)(?:\\\\)*([$`])/.exec(double)?.[1];
}

/**
 * Refuses `${VARIABLE}` in a word: a secret must not become an argument, which every user of the
 * machine can read.
 */
function takeWords(words: readonly string[]): SplitCommand {
  const stray = words
    .map((word) => /\$\{\w+\}/.exec(word)?.[0])
    .find((found) => found !== undefined);
  if (stray === undefined) return { isValid: true, words };
  const fix = 'let the program read it from its environment, or write one text with shell: true';
  return refuseCommand(`${stray} is not replaced in a command`, fix);
}

const useShell = 'add shell: true, or put it between single quotes if it belongs to a word';

export function refuseCommand(message: string, fix: string): SplitCommand {
  return { isValid: false, message, fix };
}
