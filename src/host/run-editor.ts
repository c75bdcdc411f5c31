/** Runs a person's editor on the terminal of this process. */

import { spawn } from 'node:child_process';

/** The shell splits the command as it does for git: `code --wait` works, and `vim -u NONE`. */
export function runEditor(editor: string, path: string): Promise<number | undefined> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (status) => resolve(status ?? undefined));
  });
}
