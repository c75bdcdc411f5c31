/**
 * All tasks that a request may name, with their routes: those of the configuration, then those it
 * does not mention. Pure.
 */

import type { Route } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';
import type { ResolvedConfig } from './resolved.ts';

/** Omits an unmentioned task whose name is also an alias, since that name leads elsewhere. */
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
