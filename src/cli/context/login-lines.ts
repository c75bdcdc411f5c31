/** Builds the commands by which a provider takes callers' own logins. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import type { ConnectContext } from './connect-context.ts';

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
