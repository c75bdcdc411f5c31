/** Where the requests of a pool go: origins, and the site at each. Pure. */

import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { SiteAddress } from '../credentials/health/marks.ts';

/**
 * By origin. Of a provider, and of a task with a key or a server of its own; a provider that needs
 * no key has a place too.
 */
export function sitesOfPool(
  { providers, routes }: ResolvedConfig,
  name: string,
): ReadonlyMap<string, SiteAddress> {
  const own = providers.get(name)?.targetFor('any');
  const routed = [...routes.values()].flatMap(({ targets }) =>
    targets.flatMap(({ target }) => (target.pool === name ? [target] : [])),
  );
  const targets = own === undefined ? routed : [own, ...routed];
  const forms = targets.flatMap((target) => [target, ...(target.alternatives ?? [])]);
  return new Map(forms.map(({ origin, site }) => [origin, { origin, site }]));
}
