/** Asks all workers what they are doing, for whoever looks at the page or a snapshot. */

import type { LiveRequest, WorkersState } from '../../explain/snapshot/snapshot.ts';
import type { Clock } from '../../host.ts';
import type { Workers } from '../processes.ts';

/** A worker that parses a large body may be silent for as long; nobody waits for more. */
const patienceMs = 200;

export interface GatheredLive {
  /** The oldest first. */
  readonly live: readonly LiveRequest[];
  readonly workers: WorkersState;
}

/** Those who have not answered within 200 ms are counted as silent, and left out. */
export async function gatherLive(
  workers: Pick<Workers, 'live' | 'counts'>,
  clock: Pick<Clock, 'startTimer'>,
): Promise<GatheredLive> {
  const over = Promise.withResolvers<undefined>();
  const timer = clock.startTimer(patienceMs, () => over.resolve(undefined));
  const lists = await Promise.all(
    workers.live().map((list) => Promise.race([list.catch(() => []), over.promise])),
  );
  timer.cancel();
  const live = lists.flatMap((list) => list ?? []).sort((one, other) => one.since - other.since);
  const silent = lists.filter((list) => list === undefined).length;
  return { live, workers: { ...workers.counts(), ...(silent > 0 && { silent }) } };
}
