/**
 * Finds what may complete a command line that is still being typed, from the program's own
 * commands. Pure.
 */

import type { Argument, Command, Option } from 'commander';

export interface Completion {
  readonly word: string;
  readonly description?: string;
}

export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Completion[] }
  | {
      readonly kind: 'values';
      /** The option or argument whose value is being typed. */
      readonly of: string;
      /** Comes before the value in its word: `--model=`. */
      readonly before: string;
      readonly args: readonly string[];
    };

/** `words` are those after `holdfast`; the last one, possibly empty, is being typed. */
export function findWanted(root: Command, words: readonly string[]): Wanted {
  const { command, option, args } = words.slice(0, -1).reduce(step, { command: root, args: [] });
  const typed = words.at(-1) ?? '';
  const [before, name] = /^(--[^=]+)=/.exec(typed) ?? [];
  if (before !== undefined) return wantValue(findOption(command, name ?? ''), { before, args });
  if (option !== undefined && !typed.startsWith('-'))
    return wantValue(option, { before: '', args });
  if (typed.startsWith('-')) return { kind: 'words', words: listOptions(command) };
  const { registeredArguments: places } = command;
  const place = places[args.length] ?? places.findLast(({ variadic }) => variadic);
  if (place !== undefined) return wantValue(place, { before: '', args });
  const names = listCommands(command);
  return { kind: 'words', words: names.length > 0 ? names : listOptions(command) };
}

/** Says where the parser is after the finished words. */
interface WantedPosition {
  readonly command: Command;
  /** The next word is this option's value. */
  readonly option?: Option | undefined;
  readonly args: readonly string[];
}

function step({ command, option, args }: WantedPosition, word: string): WantedPosition {
  if (word.startsWith('-') && word !== '-')
    return { command, option: word.includes('=') ? undefined : findOption(command, word), args };
  if (option !== undefined) return { command, option: option.variadic ? option : undefined, args };
  const below = args.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return below === undefined ? { command, args: [...args, word] } : { command: below, args: [] };
}

/** Finds an option that has a value. */
function findOption(command: Command, name: string): Option | undefined {
  return command.options.find(
    (option) =>
      (option.long === name || option.short === name) && (option.required || option.optional),
  );
}

function wantValue(
  place: Option | Argument | undefined,
  { before, args }: { readonly before: string; readonly args: readonly string[] },
): Wanted {
  const choices = place?.argChoices;
  const name = place !== undefined && 'long' in place ? place.long : place?.name();
  if (choices === undefined) return { kind: 'values', of: name ?? '', before, args };
  return { kind: 'words', words: choices.map((word) => ({ word: before + word })) };
}

function listOptions(command: Command): readonly Completion[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) =>
    long == null ? [] : [{ word: long, description }],
  );
}

function listCommands(command: Command): readonly Completion[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((one) => ({ word: one.name(), description: one.description() }));
}
