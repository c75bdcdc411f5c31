/** How many workers a gateway has, in words for people. */

import { countNoun } from '../why/wording.ts';
import type { WorkersState } from './snapshot.ts';

/** `3 of 4 workers, 2 restarts, 1 silent`: those who are silent may be busy. */
export function describeWorkers({ of, running, restarts, silent = 0 }: WorkersState): string {
  return [
    running === of ? countNoun(of, 'worker') : `${running} of ${countNoun(of, 'worker')}`,
    ...(restarts === 0 ? [] : [countNoun(restarts, 'restart')]),
    ...(silent === 0 ? [] : [`${silent} silent`]),
  ].join(', ');
}
