/** The two sides of giving way (around step 3 of a request): a side task waits for the turns of main, and a turn of main says that it is one. */

import type { Target } from '../../model/target.ts';
import type { Journey } from '../journey.ts';

/** A turn of main is under way at the server that would be asked next, and it answers one request at a time. */
export function mustGiveWay({ engine, candidates, task }: Journey): boolean {
  if (task === undefined || task.hasGivenWay) return false;
  const target = candidates.placesLeft()[0]?.target;
  return target?.answersOne === true && engine.mainTurns.isUnderWay(target.origin);
}

/** At most for half of the time that is left: an answer of main may take longer than any title is worth waiting for. */
export async function giveWay({ engine, request, candidates, budget, task }: Journey): Promise<void> {
  if (task !== undefined) task.hasGivenWay = true;
  const origin = candidates.placesLeft()[0]?.target.origin ?? '';
  await engine.mainTurns.whenFree(origin, budget.leftMs / 2, request.signal);
}

/** Returns the way to end it; undefined for what no side task waits for. */
export function beginMainTurn({ engine, task }: Journey, target: Target): (() => void) | undefined {
  return target.answersOne === true && task === undefined ? engine.mainTurns.begin(target.origin) : undefined;
}
