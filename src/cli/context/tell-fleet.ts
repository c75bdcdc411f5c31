/**
 * Tells the other members of a fleet what a command has changed in the files of this home. A
 * gateway of this home would do it within half a second; there may be none.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import type { Host } from '../../host.ts';
import { inPlace, isConfigUnusable, withRuntimeUnless } from './with-runtime.ts';

/** `replaced`: the file of a key that is a new one now. */
export async function tellFleet(host: Host, replaced?: string): Promise<void> {
  const { stateFolder } = resolvePaths(host.environment);
  if (host.files.stamp(`${stateFolder}/member.id`) === undefined) return; // it has never been in one
  await withRuntimeUnless(isConfigUnusable, { ...inPlace, host }, async (runtime) => {
    const { shareCallerKeys } = await import('../../gateway/shared-caller-keys.ts');
    if (replaced !== undefined) await runtime.sharedHome?.replaceKey(replaced);
    await shareCallerKeys(runtime);
  });
}
