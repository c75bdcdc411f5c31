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

/**
 * `auth login` prints one object per line, because the first must be read before the last is known.
 */
function isLineByLine(argv: readonly string[]): boolean {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'auth' && second === 'login';
}
