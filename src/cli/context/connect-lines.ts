/**
 * Builds the commands that the configuration lacks for an agent, leaving out what it says already:
 * the aliases of its models, and the provider that takes its own login. Pure.
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

export const afterLogin = ['chain', 'none'] as const;

/** Who answers while the plan of a login is used up. */
export type AfterLogin = (typeof afterLogin)[number];

/** Returns nothing where the configuration says so already. */
export function suggestLogin(
  provider: string,
  after: AfterLogin,
  { config }: Pick<ConnectContext, 'config'>,
): readonly ShellLine[] {
  const known = config?.providers.get(provider)?.credentials ?? [];
  const own = known.find(({ source }) => source === 'caller');
  if (own !== undefined && (own.fallback === 'none') === (after === 'none')) return [];
  const entry = after === 'none' ? '{caller: true, fallback: none}' : '{caller: true}';
  const path = `providers.${provider}.credentials`;
  const isListed = config?.values.some(({ key }) => key.startsWith(`${path}[`)) === true;
  return isListed
    ? [shellLine`holdfast config edit`]
    : [shellLine`holdfast config set ${path} ${`[${entry}]`}`];
}
