/**
 * Every task that a request may name, with its route: those of the configuration, then those that
 * it does not mention. Pure.
 */

import type { Route } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';
import type { ResolvedConfig } from './resolved.ts';

/**
 * Without a task that an alias hides, if the configuration does not mention it: that name leads
 * elsewhere.
 */
export function allTasks({
  routes,
  impliedRoutes = new Map(),
  aliases,
}: Pick<ResolvedConfig, 'routes' | 'impliedRoutes' | 'aliases'>): ReadonlyMap<string, Route> {
  const implied = [...impliedRoutes].filter(
    ([name]) => !aliases.some(({ pattern }) => fitsGlob(pattern, name)),
  );
  return new Map([...routes, ...implied]);
}
