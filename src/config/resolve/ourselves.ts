/**
 * Removes targets that are this gateway itself: a request to one would loop for ever (law 12).
 * Pure.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Route } from '../../model/target.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
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
    if (targets.length === 0 && route.targets.length > 0) complainOfOurselves(context, route);
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

/** An address that is written is the cause; the route that names its provider may be right. */
function complainOfOurselves(
  { findings, settings }: ResolveContext,
  { task, targets }: Route,
): void {
  const loops = 'so every request would come back for ever';
  const another = 'give the gateway another port (gateway.port)';
  const written = targets
    .map(({ target }) => target.provider)
    .find((name) => settings.providers?.[name]?.base_url !== undefined);
  if (written === undefined) {
    findings.problem(
      task === 'main' ? ['main'] : ['auxiliary', task],
      `names only this gateway itself, ${loops}`,
      `name a provider elsewhere, or ${another}`,
    );
    return;
  }
  const path = ['providers', written, 'base_url'];
  const command = shellLine`holdfast config unset ${formatKeyPath(path)}`;
  const isVendor = builtinEntries.some(({ name }) => name === written);
  findings.problem(
    path,
    `is the address of this gateway itself, ${loops}`,
    isVendor
      ? `let ${written} be asked at its own address: ${command}`
      : `write the address of the server itself, or ${another}`,
  );
}
