/** Prints the JSON document of a command that fails with `--json`. */

import type { ErrorDescription } from '../terminal/exit.ts';
import { printJson, printJsonLine, type Terminal } from '../terminal/terminal.ts';

/** Prints nothing without `--json`. */
export function printError(
  terminal: Terminal,
  argv: readonly string[],
  error: ErrorDescription,
): void {
  if (!argv.includes('--json')) return;
  const print = isLineByLine(argv) ? printJsonLine : printJson;
  print(terminal, { schema: 'holdfast.error/2', ...error });
}

/** They print one object per line, because the first must be read before the last is known. */
const lineByLine = ['auth login', 'chat', 'logs'];

function isLineByLine(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-')).join(' ');
  return lineByLine.some((name) => words === name || words.startsWith(`${name} `));
}
