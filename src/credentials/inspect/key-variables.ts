/**
 * Lists every variable known to hold a secret: the vendors', those that config names, and our own
 * gateway's. Pure.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { catalogue } from '../../providers/builtin.ts';
import { keyVariablesOf } from '../../providers/sites.ts';

/** This variable replaces the gateway's key file. */
const gatewayKeyVariable = 'HOLDFAST_GATEWAY_KEY';

/** Returns names only, whether they are set or not. */
export function listKeyVariables(config: Pick<ResolvedConfig, 'pools'>): ReadonlySet<string> {
  const known = catalogue.entries.flatMap(keyVariablesOf);
  const named = [...config.pools.values()].flatMap((pool) =>
    pool.flatMap(({ locator }) => (locator.kind === 'variable' ? [locator.variable] : [])),
  );
  return new Set([gatewayKeyVariable, ...known, ...named]);
}
