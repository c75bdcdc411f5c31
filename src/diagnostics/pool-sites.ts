/** Finds the origins of a pool's requests, and the site at each. Pure. */

import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { SiteAddress } from '../credentials/health/marks.ts';

/**
 * Returns the sites by origin: those of a provider, and of tasks with their own key or server. A
 * provider without keys has a site too.
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
