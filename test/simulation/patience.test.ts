/**
 * Random patience before random silence: a free fallback is asked in time, and no two targets at
 * once (law 13).
 */

import { expect, it } from 'vitest';
import { playPatienceSeeds } from './patience.ts';

it('asks who is free before the caller leaves, one at a time', { timeout: 300_000 }, async () => {
  expect(await playPatienceSeeds(1, 400)).toEqual([]);
});
