/** What is said of an alias that names neither a task nor a model, as `resolve` finds it. Pure. */

import type { Typo } from '../../errors.ts';
import { askAbout, findTypo } from '../schema/nearest.ts';
import { parseTarget } from './resolve-targets.ts';

type Aliases = Readonly<Record<string, string>>;

export function complainOfAlias(
  to: string,
  tasks: readonly string[],
  aliases: Aliases,
): readonly [message: string, fix: { readonly fix: string; readonly typo?: Typo }] {
  const fix = `write provider/model or one of ${tasks.join(', ')}`;
  if (aliases[to] !== undefined) {
    const end = followAliases(aliases, to);
    const isEnd = tasks.includes(end) || parseTarget(end) !== undefined;
    const chained = { of: 'value', written: to, ...(isEnd && { meant: end }) } as const;
    const message = `"${to}" is an alias too, and an alias names none`;
    return [message, { fix: askAbout(chained) ?? fix, typo: chained }];
  }
  const typo = findTypo('value', to, tasks);
  return [`"${to}" is neither a task nor a target`, { fix: askAbout(typo) ?? fix, typo }];
}

/** What the last of a chain of aliases names; in a circle, one of them. */
function followAliases(aliases: Aliases, from: string): string {
  const seen = new Set<string>();
  let name = from;
  for (let to = aliases[name]; to !== undefined && !seen.has(name); to = aliases[name]) {
    seen.add(name);
    name = to;
  }
  return name;
}
