/**
 * Tells the other members of a fleet what a command has changed in the files of this home, and who
 * could not be told. A gateway of this home would do it within half a second; there may be none.
 */

import type { Host } from '../../host.ts';
import type { Runtime } from '../../runtime.ts';
import { blameFor, nameMember } from '../../store/fleet/describe-fleet.ts';
import type { Untold } from '../../store/fleet/open-fleet.ts';
import { asMember } from './ask-fleet.ts';

/**
 * `replaced`: the file of a key of the home, and its new one. Undefined outside a fleet, and where
 * the others hear of it now.
 */
export async function tellFleet(
  host: Host,
  replaced?: { readonly path: string; readonly key: string },
): Promise<Untold | undefined> {
  return asMember(host, async (runtime) => {
    const { shareCallerKeys } = await import('../../gateway/shared-caller-keys.ts');
    if (replaced !== undefined) await runtime.sharedHome?.replaceKey(replaced.path, replaced.key);
    await shareCallerKeys(runtime);
    const { alone } = (await runtime.fleet()?.standing()) ?? {};
    return alone === undefined ? undefined : nameOthers(host, { alone, members: [] });
  });
}

/** Who has not said that it has done what this command did; undefined outside a fleet. */
export async function findUntold(runtime: Runtime, host: Host): Promise<Untold | undefined> {
  const untold = await runtime.fleet()?.findUntold();
  return untold && nameOthers(host, untold);
}

/** A gateway of this home knows the others longer than a command. */
async function nameOthers(host: Host, untold: Untold): Promise<Untold> {
  if (untold.alone === undefined || untold.members.length > 0) return untold;
  const { askOwnGateway } = await import('./readings.ts');
  const members = (await askOwnGateway(host))?.self.fleet?.members ?? [];
  return { ...untold, members: members.filter(({ isSelf }) => !isSelf) };
}

export function describeUntold(untold: Untold | undefined): readonly string[] {
  if (untold === undefined) return [];
  const { alone, members } = untold;
  const names = members.map(nameMember).join(', ');
  if (alone !== undefined)
    return [
      `not told: ${names || 'all other members'}; ${blameFor(alone, 'the engine')}. They hear of it when it can`,
    ];
  if (names === '') return [];
  return [`not confirmed by ${names}: who is there hears of it, and who is away when it is back`];
}
