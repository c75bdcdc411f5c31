/** What is wrong in the fleet of a home, as the fleet itself tells it. */

import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import type { FleetStanding } from '../../model/fleet.ts';
import { listFleetFaults } from '../../store/fleet/describe-fleet.ts';

/** `state` names the setting with its place. */
export function judgeFleet(
  standing: FleetStanding | undefined,
  { now, state }: { readonly now: number; readonly state: string },
): readonly Trouble[] {
  if (standing === undefined) return [];
  const tell = (fix: string): string =>
    fix
      .replace(/^start the engine\b/, () => `start Valkey or Redis at ${standing.engine}`)
      .replace(/\bstate(?=$|,)/, () => state);
  return listFleetFaults(standing, now).map(({ what, evidence, fix, isHarmless }) =>
    createTrouble('odd', what, {
      evidence: [evidence],
      fix: { text: tell(fix) },
      ...(isHarmless && { exit: 0 }),
    }),
  );
}
