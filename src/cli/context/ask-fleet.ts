/** Asks the fleet of this home, for commands. */

import { resolvePaths } from '../../config/files/paths.ts';
import type { Host } from '../../host.ts';
import type { Runtime } from '../../runtime.ts';
import type { Fleet } from '../../store/fleet/open-fleet.ts';
import { inPlace, isConfigUnusable, withRuntimeUnless } from './with-runtime.ts';

/** Undefined if this home has never been in a fleet. */
export function askFleet<T>(host: Host, use: (fleet: Fleet) => Promise<T>): Promise<T | undefined> {
  return asMember(host, async (runtime) => {
    const fleet = runtime.fleet();
    return fleet && use(fleet);
  });
}

/** Undefined if this home has never been in a fleet, or its configuration cannot be used. */
export async function asMember<T>(
  host: Host,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T | undefined> {
  const { stateFolder } = resolvePaths(host.environment);
  if (host.files.stamp(`${stateFolder}/member.id`) === undefined) return undefined; // never in one
  return withRuntimeUnless(isConfigUnusable, { ...inPlace, host }, use);
}
