/**
 * Replaces every provider of the user's configuration by a simulated one. Routes, limits, tasks and
 * the number of keys stay; origins and secrets do not. No request of a drill leaves this machine,
 * and no key of the user is read.
 */

import { nameSite } from '../config/resolve/resolve-sites.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { Credential } from '../model/credential.ts';
import type { ProtocolName } from '../model/protocol.ts';
import type { Route, Target } from '../model/target.ts';
import type { Ground } from './ground.ts';

/** Says where requests go instead, and with which keys. */
export interface DrillGround extends Pick<Ground, 'urlOf' | 'keyOf'> {
  /** All of them speak this protocol. */
  readonly spoken: ProtocolName;
}

export function redirect(config: ResolvedConfig, ground: DrillGround): ResolvedConfig {
  const { urlOf, spoken } = ground;
  const toDrill = (target: Target): Target => redirectTarget(target, urlOf(target.pool), spoken);
  const redirectRoutes = (routes: ResolvedConfig['routes']): ResolvedConfig['routes'] =>
    new Map([...routes].map(([name, route]) => [name, redirectRoute(route, toDrill)]));
  const providers = [...config.providers].map(([name, provider]) => {
    const targetFor = (model: string): Target => toDrill(provider.targetFor(model));
    return [name, { ...provider, targetFor }] as const;
  });
  const pools = [...config.pools].map(
    ([name, credentials]) => [name, redirectKeys(name, credentials, ground)] as const,
  );
  return {
    ...config,
    routes: redirectRoutes(config.routes),
    impliedRoutes: redirectRoutes(config.impliedRoutes ?? new Map()),
    providers: new Map(providers),
    pools: new Map(pools),
    warnings: [],
  };
}

function redirectRoute({ task, targets }: Route, toDrill: (target: Target) => Target): Route {
  return { task, targets: targets.map((place) => ({ ...place, target: toDrill(place.target) })) };
}

/**
 * The simulated provider listens on loopback, but the limits are still those of the real address.
 */
function redirectTarget(target: Target, baseUrl: string, spoken: ProtocolName): Target {
  const isNative = target.protocol === spoken;
  return {
    ...target,
    protocol: spoken,
    alternatives: [],
    bodyEdits: isNative ? target.bodyEdits : [],
    baseUrl,
    origin: new URL(baseUrl).origin,
    site: nameSite(baseUrl),
    headers: undefined,
    query: undefined,
    authStyle: 'bearer',
    keyRequired: true,
  };
}

function redirectKeys(
  pool: string,
  credentials: readonly Credential[],
  { urlOf, keyOf }: DrillGround,
): readonly Credential[] {
  const keys = credentials.length === 0 ? [{ id: `${pool}:drill`, label: 'drill' }] : credentials;
  return keys.map((key, index) => ({
    ...key,
    provider: pool,
    source: 'config',
    locator: { kind: 'literal', value: keyOf(pool, index) },
    origin: new URL(urlOf(pool)).origin,
  }));
}
