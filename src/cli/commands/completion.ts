/** `holdfast completion` prints a script for the shell, which asks this program at each TAB. */

import { createCommand, json, required } from '../context/command.ts';
import { mistake } from '../context/mistake.ts';

export const commands = {
  completion: createCommand({
    params: { shell: required('shell', 'bash, zsh or fish'), json },
    example: 'eval "$(holdfast completion bash)"',
    run: ({ shell }) => {
      const script = scripts[shell];
      if (script === undefined)
        throw mistake(`there is no completion for "${shell}"`, `use one of ${shells.join(', ')}`);
      return { json: { schema: 'holdfast.completion/1', shell, script }, out: script };
    },
  }),
};

/** Bash splits words at `:` and `=`, and expects only the part after them. */
const bash = `_holdfast() {
  local line="\${COMP_LINE:0:COMP_POINT}" ends="\${COMP_WORDBREAKS//[^:=]/}" word joint=
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word="\${words[\${#words[@]}-1]}"
  [[ -n $ends && $word == *["$ends"]* ]] && joint="\${word%"\${word##*["$ends"]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("\${word#"$joint"}")
  done < <(holdfast __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _holdfast holdfast
`;

const zsh = `#compdef holdfast
_holdfast() {
  local line
  local -a found shown
  for line in "\${(@f)$(holdfast __complete -- "\${(@)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    found+=("\${line%%$'\\t'*}")
    shown+=("\${\${line%$'\\t'}/$'\\t'/  -- }")
  done
  compadd -l -d shown -a found
}
if [[ $funcstack[1] == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;

const fish = `complete -c holdfast -f -a '(holdfast __complete -- (commandline -opc) (commandline -ct) 2>/dev/null)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };

export const shells: readonly string[] = Object.keys(scripts);
