/**
 * Removes targets that are this gateway itself: a request to one would loop for ever (law 12).
 * Pure.
 */

import type { Route } from '../../model/target.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { isOurAddress, type ResolveContext } from './resolve-context.ts';

interface ResolvedAddresses {
  readonly routes: ReadonlyMap<string, Route>;
  readonly providers: ReadonlyMap<string, ResolvedProvider>;
}

/** A route with no other target is a problem, and stays as it is. */
export function withoutOurselves(
  context: ResolveContext,
  { routes, providers }: ResolvedAddresses,
): ResolvedAddresses {
  const kept = [...routes].map(([name, route]) => {
    const targets = route.targets.filter(({ target }) => !isOurAddress(context, target.origin));
    if (targets.length === 0 && route.targets.length > 0) complainOfOurselves(context, name);
    return [name, { ...route, targets }] as const;
  });
  return {
    routes: new Map(kept),
    providers: new Map(
      [...providers].filter(
        ([, provider]) => !isOurAddress(context, provider.targetFor('any').origin),
      ),
    ),
  };
}

function complainOfOurselves({ findings }: ResolveContext, route: string): void {
  findings.problem(
    route === 'main' ? ['main'] : ['auxiliary', route],
    'names only this gateway itself, so every request would come back for ever',
    'name a provider elsewhere, or give the gateway another port (gateway.port)',
  );
}
