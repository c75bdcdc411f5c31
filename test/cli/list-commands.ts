/** Every command with its name, and what its example runs. */

import type { Command } from '../../src/cli/context/command.ts';
import { type Entries, entries } from '../../src/cli/program/commands.ts';

type Named = readonly [name: string, command: Command];

export async function listCommands(
  from: Entries = entries,
  above: readonly string[] = [],
): Promise<readonly Named[]> {
  const found = await Promise.all(
    Object.entries(from).map(async ([word, [, content]]): Promise<readonly Named[]> => {
      const path = word === '' ? above : [...above, word];
      if (typeof content !== 'function') return listCommands(content, path);
      const command = (await content()).commands[word];
      return command === undefined ? [] : [[path.join(' '), command]];
    }),
  );
  return found.flat();
}

/** They print one object a line, as things happen. */
export const lineByLine = ['auth login', 'chat', 'logs'];

/** What is run instead, where the example would go on until somebody stops it. */
const shorter: Readonly<Record<string, string>> = {
  logs: 'holdfast logs --errors',
  sim: 'holdfast sim --list',
};

/** Reads the words that a shell would pass on. */
export function exampleWords(name: string, { example }: Command): readonly string[] {
  const [, line = ''] = /holdfast ([^<>)|]*)/.exec(shorter[name] ?? example) ?? [];
  const words = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
}
