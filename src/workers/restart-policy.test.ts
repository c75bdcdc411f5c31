/** When a worker that died is replaced. */

import { expect, it } from 'vitest';
import { decideRestart } from './restart-policy.ts';

it.each<[string, readonly (number | undefined)[], readonly number[]]>([
  ['one that had served is replaced at once', [60_000, 5000, 2000], [0, 0, 0]],
  [
    'one after the other that dies soon waits 1, 2, 4 … 30 s',
    [100, undefined, 1999, undefined, 0, 5, undefined, undefined],
    [0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  ],
  ['one that serves long enough ends the row', [1, 1, 1, 9000, 1, 1], [0, 1000, 2000, 0, 0, 1000]],
])('%s', (_, served, pauses) => {
  let state = { soonDeaths: 0 };
  const found = served.map((ms) => {
    const { pauseMs, ...next } = decideRestart(state, ms);
    state = next;
    return pauseMs;
  });
  expect(found).toEqual(pauses);
});
