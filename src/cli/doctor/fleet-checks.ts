/** What is wrong in the fleet of a home, as the fleet itself tells it. */

import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import type { FleetStanding } from '../../model/fleet.ts';
import { listFleetFaults } from '../../store/fleet/describe-fleet.ts';

export function judgeFleet(standing: FleetStanding | undefined, now: number): readonly Trouble[] {
  if (standing === undefined) return [];
  return listFleetFaults(standing, now).map(({ what, evidence, fix, isHarmless }) =>
    createTrouble('odd', what, {
      evidence: [evidence],
      fix: { text: fix },
      ...(isHarmless && { exit: 0 }),
    }),
  );
}
