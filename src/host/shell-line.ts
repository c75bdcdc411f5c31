/**
 * Command lines to paste into sh, bash, zsh or fish. Each value becomes one word that all four
 * shells read alike.
 */

import type { ShellLine } from '../model/fix.ts';
import { listProgramWords } from './program-words.ts';
import { quoteWord, splitCommands } from './quote-word.ts';

/** A word of a line: text, or the output of another line. A list becomes several words. */
type ShellValue = string | number | readonly string[] | { readonly outputOf: ShellLine };

/** Our own name where a command begins. */
const ownName = /(?<=^|&& |sudo |\$\()holdfast(?= |$)/g;

/**
 * `` shellLine`holdfast auth add ${provider}` ``: the template's text is ours, each value is
 * quoted. The word `holdfast` becomes the words that start this program. Text that touches a value
 * is part of the same word: `--label=${label}`.
 */
export function shellLine(text: TemplateStringsArray, ...values: readonly ShellValue[]): ShellLine {
  const words = values.map((value) => {
    if (typeof value !== 'object') return quoteWord(String(value));
    return 'outputOf' in value ? `"$(${value.outputOf})"` : value.map(quoteWord).join(' ');
  });
  const raw = text.map((part) => part.replaceAll(ownName, writeOwnName));
  // structure-exception: assertion the one place that makes the type
  return String.raw({ raw }, ...words) as ShellLine;
}

function writeOwnName(): string {
  return listProgramWords().map(quoteWord).join(' ');
}

/** Returns the words of each of our commands in a line; of another program's, nothing. */
export function readShellLine(line: ShellLine): readonly (readonly string[])[] {
  const own = listProgramWords();
  return splitCommands(line).map((words) =>
    own.every((word, index) => words[index] === word) ? words.slice(own.length) : [],
  );
}
