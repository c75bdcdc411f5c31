/** A store is silent after a second in which our event loop ran, and not because it was busy. */

import { expect, it } from 'vitest';
import { createLoop, repeat } from '../../../test/fakes/turning-loop.ts';
import { Silence } from './silence.ts';

it.each([
  ['a loop that runs: after a second', repeat(100, 10), true],
  ['not before', repeat(99, 10), false],
  ['a loop that was busy for 5 s, and an answer that was there all along', [5000], false],
])('%s', async (_, turns, isSilent) => {
  const loop = createLoop();
  const silence = new Silence(loop.clock);
  const store = Promise.withResolvers<string>();
  const waited = silence.waitFor(store.promise);
  for (const ms of turns) loop.turn(ms);
  expect(silence.isOn).toBe(isSilent);
  store.resolve('an answer');
  expect(await waited).toBe(isSilent ? 'silent' : 'an answer');
});
