/** Sums up a snapshot in the one sentence that a person reads first. Pure. */

import { judgeRoutes } from '../doctor/judge-routes.ts';
import { exitOf, rankTroubles, type Trouble } from '../doctor/troubles.ts';
import type { Plan } from '../plan/plan.ts';
import { countNoun } from '../why/wording.ts';
import type { CredentialState, SnapshotVerdict } from './snapshot.ts';

/** The verdict is as bad as the worst trouble of the plan. */
export function judgeSnapshot(
  plan: Plan,
  credentials: readonly Pick<CredentialState, 'state'>[],
): SnapshotVerdict {
  const troubles = rankTroubles(judgeRoutes(plan)).filter(({ severity }) => severity !== 'unknown');
  if (troubles.length > 0) return describeTroubles(troubles);
  const proven = credentials.filter(({ state }) => state === 'works').length;
  const untried = credentials.length - proven;
  if (proven === 0 && untried > 0)
    return {
      state: 'unknown',
      text: 'nothing has been asked yet, so no key is verified',
      fixes: [],
    };
  const rest = untried === 0 ? '' : `, ${untried} not tried yet`;
  return {
    state: 'well',
    text: `${allAsked}; ${countNoun(proven, 'key')} worked${rest}`,
    fixes: [],
  };
}

const allAsked = 'every task has somebody to ask';
/** A person reads no more at a glance. */
const shown = 3;

function describeTroubles(troubles: readonly Trouble[]): SnapshotVerdict {
  const isBroken = exitOf(troubles) !== 0;
  const more = troubles.length - shown;
  const texts = [
    ...(isBroken ? [] : [allAsked]),
    ...troubles.slice(0, shown).map(({ what }) => what),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
  const fixes = troubles.flatMap(({ fix }) => fix ?? []);
  const unique = [...new Map(fixes.map((fix) => [fix.command ?? fix.text, fix])).values()];
  return {
    state: isBroken ? 'broken' : 'resting',
    text: texts.join('; '),
    fixes: unique.slice(0, shown),
  };
}
