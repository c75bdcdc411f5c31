/** Resolves the budgets of a configuration, each with its place, and warns of idle ones. */

import type { SpendingLimit } from '../../model/spending.ts';
import type { Target } from '../../model/target.ts';
import type { ResolvedConfig, ResolvedProvider } from '../resolved/resolved.ts';
import { type BudgetSettings, toLimits } from '../schema/budget-schema.ts';
import { readKeyPath } from '../schema/key-paths.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';

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

type Spenders = Pick<ResolvedConfig, 'spending' | 'providers' | 'routes'>;

/** A budget in USD holds nobody back where nothing that it covers is paid by the token. */
export function warnOfIdleBudgets(
  { findings, document, settings: { prices = {} } }: ResolveContext,
  { spending, providers, routes }: Spenders,
): void {
  if (spending === undefined) return;
  const all = [...routes.values()].flatMap(({ targets }) => targets.map(({ target }) => target));
  const of = (name: string): readonly Target[] => all.filter(({ provider }) => provider === name);
  const covered: readonly (readonly [readonly SpendingLimit[], readonly Target[]])[] = [
    [spending.all, all],
    ...[...spending.providers].map(([name, limits]) => [limits, of(name)] as const),
    ...[...providers].flatMap(([name, { credentials }]) =>
      credentials.map(({ budgets = [] }) => [budgets, of(name)] as const),
    ),
    ...[...spending.tasks].map(([name, limits]) => {
      const targets = routes.get(name)?.targets ?? [];
      return [limits, targets.map(({ target }) => target)] as const;
    }),
  ];
  const costs = ({ provider, billing }: Target): boolean =>
    billing === 'metered' || Object.keys(prices).some((name) => name.startsWith(`${provider}/`));
  for (const [limits, targets] of covered) {
    const idle = limits.find(({ unit }) => unit === 'usd');
    if (idle === undefined || targets.length === 0 || targets.some(costs)) continue;
    const place = formatSource(document, readKeyPath(idle.setBy));
    const what = `${place} ${idle.setBy} is in USD and counts nothing: a plan or a free server costs none`;
    findings.warn('budget-idle', what, { text: 'limit tokens or requests there' });
  }
}
