/**
 * Builds the commands that add the aliases an agent needs, leaving out those that the config has
 * already. Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import type { ConnectContext } from './connect-context.ts';

export function suggestAliases(
  aliases: Readonly<Record<string, string>>,
  { config, gateway }: Pick<ConnectContext, 'config' | 'gateway'>,
): readonly ShellLine[] {
  const present = new Set(config?.aliases.map(({ pattern }) => pattern));
  const missing = Object.entries(aliases).filter(([pattern]) => !present.has(pattern));
  const isTaskMissing =
    gateway.sideTask === 'main' && missing.some(([, task]) => task === 'title_generation');
  return [
    ...(isTaskMissing
      ? [shellLine`holdfast config set auxiliary.title_generation.provider auto`]
      : []),
    ...missing.map(
      ([pattern, task]) =>
        shellLine`holdfast config set ${formatKeyPath(['aliases', pattern])} ${task}`,
    ),
  ];
}
