/**
 * Writes `src/cli/program/root-help.ts`, the output of `holdfast --help`, so that printing it needs
 * no parser.
 */

import { runWords } from '../../src/cli/program/program.ts';

export async function renderRootHelp(): Promise<string> {
  let text = '';
  const terminal = {
    out: (said: string) => {
      text += said;
    },
    talk: () => undefined,
    isInteractive: false,
    hasColor: false,
    readInput: async () => '',
    readLine: async () => '',
    readSecret: async () => '',
    streams: { input: process.stdin, output: process.stdout },
    onSignal: () => () => undefined,
  };
  await runWords(terminal, ['--help']);
  const literal = text.replaceAll(/[\\`]|\$\{/g, '\\$&');
  return `/**
 * Holds the output of \`holdfast --help\`. \`npm run docs\` generates it from commands.ts, so that
 * printing it needs no parser.
 */

export const rootHelp = \`${literal}\`;
`;
}
