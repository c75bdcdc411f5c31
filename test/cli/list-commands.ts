/** Every command with its name. */

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
