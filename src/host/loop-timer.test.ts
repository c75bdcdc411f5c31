/** The engine's time is up after 750 ms in which our loop ran, and not because it was busy. */

import { expect, it } from 'vitest';
import { createLoop, repeat } from '../../test/fakes/turning-loop.ts';
import { startLoopTimer } from './loop-timer.ts';

it.each([
  ['a loop that runs: after 750 ms', repeat(75, 10), 0, true],
  ['not before', repeat(74, 10), 0, false],
  ['a loop that was busy once, for 5 s', [5000], 0, false],
  ['again and again', repeat(14, 2000), 0, false],
  ['a loop that is always busy: in the end, for the engine may be gone', repeat(15, 2000), 0, true],
  ['while the engine is meant to wait: not yet', repeat(170, 10), 1000, false],
  ['after that wait: 750 ms more', repeat(175, 10), 1000, true],
])('%s', (_, turns, waitMs, isOver) => {
  const loop = createLoop();
  let fired = 0;
  startLoopTimer(loop.clock, { ms: 750, waitMs }, () => {
    fired += 1;
  });
  for (const ms of turns) loop.turn(ms);
  expect(fired).toBe(isOver ? 1 : 0);
});

it('an answer that came in the last turn is in time', () => {
  const loop = createLoop();
  let fired = 0;
  const timer = startLoopTimer(loop.clock, { ms: 750, waitMs: 0 }, () => {
    fired += 1;
  });
  for (const ms of repeat(14, 50)) loop.turn(ms);
  loop.turn(3000, () => timer.cancel());
  loop.turn(3000);
  expect(fired).toBe(0);
});
