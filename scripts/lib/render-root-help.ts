/** `src/cli/root-help.ts`: what `holdfast --help` prints, written down so that printing it loads no command line parser. */

import { createProgram } from '../../src/cli/program.ts';

export async function renderRootHelp(): Promise<string> {
  let text = '';
  await createProgram({
    out: (said) => {
      text += said;
    },
    talk: () => undefined,
    isInteractive: false,
    hasColor: false,
    readInput: async () => '',
    readLine: async () => '',
    readSecret: async () => '',
    onSignal: () => () => undefined,
  }).run(['--help']);
  const literal = text.replaceAll(/[\\`]|\$\{/g, '\\$&');
  return `/** What \`holdfast --help\` prints. Written by \`npm run docs\` from program.ts, so that printing it loads no parser. */

export const rootHelp = \`${literal}\`;
`;
}
