/** A change of the config that is shown first, and written only when it is wanted: for the commands that bring settings along. */

import type { Host } from '../host.ts';
import { replaceConfig } from '../imports/change-config.ts';
import type { ConfigChange } from '../imports/write-config.ts';

interface Planning<Plan> {
  readonly path: string;
  readonly makePlan: () => Plan;
  /** Whether there is anything in a plan that should be written. */
  readonly isWorthWriting: (plan: Plan) => boolean;
  readonly mayWrite: boolean;
}

/** What became of a plan. */
export interface WriteOutcome {
  readonly isWritten: boolean;
  /** Where the old config is kept; absent where there was none. */
  readonly backup: string | undefined;
}

/** What is written is planned anew once nobody else changes the config. */
export async function planAndWrite<Plan extends ConfigChange>(
  host: Host,
  { path, makePlan, isWorthWriting, mayWrite }: Planning<Plan>,
): Promise<readonly [Plan, WriteOutcome]> {
  const plan = makePlan();
  const asItIs = { isWritten: false, backup: undefined };
  if (!mayWrite || !isWorthWriting(plan)) return [plan, asItIs];
  return replaceConfig(host, path, (replace) => {
    const anew = makePlan();
    return [anew, isWorthWriting(anew) ? { isWritten: true, backup: replace(anew) } : asItIs] as const;
  });
}
