/** Words for a program that gave no key: how it ended, what it said, and what to do. Pure. */

import { assertNever } from '../../errors.ts';
import type { RunResult } from '../../host.ts';
import type { CommandSource } from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';

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

/** Returns the lines with text, cut to fit a message: the first one may only be a heading. */
function firstWords(errorOutput: string): string {
  const lines = errorOutput
    .split('\n')
    .map((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
    .filter((text) => text !== '');
  return lines.length === 0 ? '' : `: ${lines.join('; ').slice(0, 200)}`;
}

/** As shells, gpg, ssh and sudo say it; a program that keeps silent may wait for a person too. */
const asksPerson = /\/dev\/tty|\b(not|no) a? ?(tty|terminal)\b|inappropriate ioctl|pinentry/i;

/** Returns the lines with text, cut to fit a message: the first may only be a heading. */
export function fixRun(result: RunResult, { timeoutMs }: CommandSource): Fix | undefined {
  if (result.ended === 'not-started') return result.fix;
  if (asksPerson.test(result.errorOutput))
    return {
      text: 'it asks a person at a terminal, which it does not have here: unlock what it needs before, or name a program that asks nothing',
    };
  switch (result.ended) {
    case 'timed-out':
      return {
        text: `if it waits for a person (to unlock, touch or confirm), do that and ask again; or raise timeout beside that command, which ends it after ${timeoutMs / 1000} s`,
      };
    case 'exited':
      return result.status === 0
        ? { text: 'let that program print the key on its standard output' }
        : { text: 'correct what that program says: no provider has refused a key' };
    case 'output-too-long':
      return { text: 'let that program print the key alone, on one line' };
    default:
      return undefined;
  }
}
