/** `holdfast completion`: a script for the shell, made of the commands as they are. */

import type { Command } from 'commander';
import { AccessError } from '../../errors.ts';
import { printJson, type Terminal } from '../terminal.ts';

export interface CompletionOptions {
  readonly shell: string;
  readonly json?: boolean;
}

export async function completion(
  terminal: Terminal,
  { shell, json }: CompletionOptions,
  root: Command,
): Promise<number> {
  const render = scripts[shell];
  if (render === undefined) {
    throw new AccessError('request-invalid', `there is no completion for "${shell}"`, {
      howToFix: `use one of ${Object.keys(scripts).join(', ')}`,
    });
  }
  const script = render(root.commands);
  if (json === true) printJson(terminal, 'holdfast.completion/1', { shell, script });
  else terminal.out(script);
  return 0;
}

type Render = (commands: readonly Command[]) => string;

const scripts: Readonly<Record<string, Render>> = {
  bash: (commands) =>
    `_holdfast() {\n  local words="${namesOf(commands)}"\n${subcommandCases(commands)}  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))\n}\ncomplete -F _holdfast holdfast\n`,
  zsh: (commands) =>
    `#compdef holdfast\nautoload -U bashcompinit && bashcompinit\n${scripts['bash']?.(commands) ?? ''}`,
  fish: (commands) =>
    commands
      .map(
        (command) =>
          `complete -c holdfast -f -n __fish_use_subcommand -a ${command.name()} -d '${command.description().replaceAll("'", "\\'")}'\n`,
      )
      .join(''),
};

function namesOf(commands: readonly Command[]): string {
  return commands.map((command) => command.name()).join(' ');
}

/** The second word: a command's own commands and long options. */
function subcommandCases(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const words = [namesOf(command.commands), ...command.options.map(({ long }) => long ?? '')]
      .join(' ')
      .trim();
    return `    ${command.name()}) words="${words}" ;;\n`;
  });
  return `  [ "$COMP_CWORD" -gt 1 ] && case "\${COMP_WORDS[1]}" in\n${cases.join('')}  esac\n`;
}
