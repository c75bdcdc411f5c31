/** Words for a program that gave no key: how it ended, and the first line that it printed. Pure. */

import { assertNever } from '../../errors.ts';
import type { RunResult } from '../../host.ts';
import type { CommandSource } from '../../model/credential.ts';

/**
 * Returns the program's name without its folder. A shell command is only called that, because its
 * arguments may hold anything.
 */
export function nameProgram({ command, shell }: CommandSource): string {
  if (shell) return 'of a shell';
  return (command[0] ?? '').split('/').at(-1) ?? '';
}

/**
 * Returns, for example, `exited with 1: gpg: decryption failed` or `gave no answer within 10 s`.
 */
export function describeRun(result: RunResult, { timeoutMs }: CommandSource): string {
  switch (result.ended) {
    case 'exited': {
      const how = result.status === 0 ? 'printed nothing' : `exited with ${result.status}`;
      return `${how}${firstWords(result.errorOutput)}`;
    }
    case 'signalled':
      return `was ended by a signal${firstWords(result.errorOutput)}`;
    case 'timed-out':
      return `gave no answer within ${timeoutMs / 1000} s${firstWords(result.errorOutput)}`;
    case 'output-too-long':
      return 'printed far more than a key';
    case 'aborted':
      return 'was stopped because no request waited for it any more';
    case 'not-started':
      return `was not run: ${result.reason}`;
    default:
      return assertNever(result);
  }
}

/** Returns the first line with text, cut to fit a message. */
function firstWords(errorOutput: string): string {
  const line = errorOutput
    .split('\n')
    .map((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
    .find((text) => text !== '');
  return line === undefined ? '' : `: ${line.slice(0, 200)}`;
}
