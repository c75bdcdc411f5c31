/** Resolves the budgets of a configuration, each with its place. */

import type { SpendingLimit } from '../../model/spending.ts';
import type { ResolvedConfig, ResolvedProvider } from '../resolved/resolved.ts';
import { type BudgetSettings, toLimits } from '../schema/budget-schema.ts';
import type { ResolveContext } from './resolve-context.ts';

/** Undefined without budgets, so that requests skip the accounting. */
export function resolveBudgets(
  { settings }: Pick<ResolveContext, 'settings'>,
  resolved: ReadonlyMap<string, ResolvedProvider>,
): Pick<ResolvedConfig, 'spending'> {
  const all = toLimits(settings.budget, { of: 'all requests', setBy: 'budget' });
  const tasks = byName(settings.auxiliary, { noun: 'task', under: 'auxiliary' });
  const providers = byName(settings.providers, { noun: 'provider', under: 'providers' });
  const keys = [...resolved.values()].flatMap((provider) => provider.credentials);
  const credentials = [...new Set(keys.flatMap(({ budgets = [] }) => budgets))];
  const isNone = all.length + tasks.size + providers.size + credentials.length === 0;
  return isNone ? {} : { spending: { all, tasks, providers, credentials } };
}

function byName(
  named: Readonly<Record<string, { readonly budget?: BudgetSettings | undefined }>> = {},
  { noun, under }: { readonly noun: string; readonly under: string },
): ReadonlyMap<string, readonly SpendingLimit[]> {
  const limits = Object.entries(named).map(([name, { budget }]) => {
    const place = { of: `the ${noun} ${name}`, setBy: `${under}.${name}.budget` };
    return [name, toLimits(budget, place)] as const;
  });
  return new Map(limits.filter(([, some]) => some.length > 0));
}
