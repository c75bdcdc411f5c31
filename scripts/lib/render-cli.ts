/**
 * Writes docs/cli.md from the commands themselves. Pure: `npm run docs` puts the text on disk, the
 * check compares it.
 */

import type { Command, Param } from '../../src/cli/context/command.ts';
import { type Entries, entries, groups } from '../../src/cli/program/commands.ts';
import { nameFlag } from '../../src/cli/program/program.ts';
import { exitStatuses } from '../../src/cli/terminal/exit.ts';

/** The page is beside it. */
const errors = 'docs/errors.md';

const HEADER = `# The command line

<!-- Generated from src/cli/program/commands.ts by \`npm run docs\`. Do not edit. -->

\`holdfast\` is the command that an installed package has; in a checkout, \`node_modules/.bin/node bin/holdfast.js\` starts it.
\`holdfast COMMAND --help\` says the same as this page.

- Data goes to stdout, and talk to stderr. With \`--json\` stdout holds one JSON document with a \`schema\` field;
  \`auth login\`, \`chat\` and \`logs\` print one such object a line, as things happen.
- A command that fails says on stderr what is wrong and how to fix it. With \`--json\` it prints
  [\`holdfast.error/2\`](${errors.replace('docs/', '')}) too.
- \`NO_COLOR\` turns colors off, \`FORCE_COLOR\` turns them on.
- \`holdfast completion bash\` (or zsh, fish) prints a completion script.

## Exit statuses

| status | meaning |
|---|---|
`;

/** Renders the whole page: a table of all commands, then each with its parameters. */
export async function renderCli(): Promise<string> {
  const statuses = Object.entries(exitStatuses).map(
    ([status, summary]) => `| ${status} | ${summary} |`,
  );
  const all = await listCommands(entries, []);
  const tables = await Promise.all(Object.entries(groups).map(renderGroup));
  return `${HEADER}${statuses.join('\n')}\n\n## Commands\n${tables.join('')}${all.map(renderCommand).join('')}`;
}

async function renderGroup([heading, members]: readonly [string, Entries]): Promise<string> {
  const rows = (await listCommands(members, [])).map(
    ({ name, summary }) => `| [\`${name}\`](#${toAnchor(name)}) | ${summary} |`,
  );
  return `\n### ${heading}\n\n| command | what it does |\n|---|---|\n${rows.join('\n')}\n`;
}

interface Named {
  /** The full name, such as `auth add`. */
  readonly name: string;
  readonly summary: string;
  readonly command: Command;
}

async function listCommands(from: Entries, above: readonly string[]): Promise<readonly Named[]> {
  const found: Named[] = [];
  for (const [word, [summary, content]] of Object.entries(from)) {
    const path = word === '' ? above : [...above, word];
    if (typeof content !== 'function') found.push(...(await listCommands(content, path)));
    else {
      const command = (await content()).commands[word];
      if (command !== undefined) found.push({ name: path.join(' '), summary, command });
    }
  }
  return found;
}

function toAnchor(name: string): string {
  return `holdfast-${name.replaceAll(' ', '-')}`;
}

function renderCommand({ name, summary, command }: Named): string {
  const params = Object.entries(command.params);
  const words = params.flatMap(([, { as, value = '' }]) => (as === 'argument' ? [value] : []));
  const usage = ['holdfast', name, ...words, '[options]'].join(' ');
  const rows = params
    .map(([key, param]) => renderRow(key, param))
    .filter((row) => row !== undefined);
  const exits = Object.entries(command.exits ?? {}).map(([status, why]) => `${status} when ${why}`);
  return [
    `\n## \`holdfast ${name}\`\n`,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.\n`,
    `\`\`\`sh\n${usage}\n\`\`\`\n`,
    `For example \`${command.example}\`.\n`,
    `| takes | meaning | default |\n|---|---|---|\n${rows.join('\n')}\n`,
    ...(exits.length === 0 ? [] : [`Exit status: ${exits.join('; ')}.\n`]),
  ].join('\n');
}

/** Skips an argument whose description only repeats its name, which the usage shows already. */
function renderRow(key: string, param: Param<unknown>): string | undefined {
  const { as, value = '', summary, choices } = param;
  if (as === 'argument' && summary === '') return undefined;
  const words = choices === undefined ? '' : ` (${choices.join(', ')})`;
  const cells = [
    `\`${as === 'argument' ? value : nameFlag(key, param)}\``,
    `${summary}${words}`,
    param.default === undefined ? '' : `\`${String(param.default)}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}
