/** A terminal whose output goes into a pipe, and whose user types nothing. */

import type { Terminal } from '../../src/cli/terminal/terminal.ts';

/** `parts` are its own; what it has besides is silent. */
export function createPipedTerminal(parts: Partial<Terminal>): Terminal {
  return {
    out: () => undefined,
    talk: () => undefined,
    isInteractive: false,
    hasColor: false,
    readInput: async () => '',
    readLine: async () => '',
    readSecret: async () => '',
    streams: { input: process.stdin, output: process.stdout },
    onSignal: () => () => undefined,
    ...parts,
  };
}
