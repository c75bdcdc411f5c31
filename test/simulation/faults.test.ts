/**
 * Random sequences of faults, keys and routes against the whole engine: no seed breaks a law. A
 * failing one is named; `HOLDFAST_SEED=17 npm test -- simulation/faults` plays it alone.
 */

import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const given = process.env['HOLDFAST_SEED'];
const seeds =
  given === undefined ? Array.from({ length: 150 }, (_, index) => index + 1) : [Number(given)];

describe('a simulation', () => {
  it.each(seeds)('seed %i breaks no law', async (seed) => {
    const { violations, attempts } = await play(seed);
    expect(violations).toEqual([]);
    expect(attempts).toBeGreaterThan(0);
  });

  it('is played again exactly by its seed', async () => {
    const first = await play(seeds[0] ?? 1);
    expect(await play(seeds[0] ?? 1)).toEqual(first);
  });
});
