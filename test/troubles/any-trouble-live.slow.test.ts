/**
 * Any trouble, with real processes: a gateway, commands in a shell, and providers on real sockets.
 * What is printed there is held against what was staged.
 */

import { describe, expect, it } from 'vitest';
import { judgePlayed } from './judge.ts';
import { playLive } from './play-live.ts';
import { drawLiveStory } from './story.ts';

const only = process.env['HOLDFAST_SEED'];
const seeds = only === undefined ? Array.from({ length: 40 }, (_, index) => index) : [Number(only)];

// They mostly wait: for an outage to be given up, for a program to start.
describe.concurrent('a trouble with real processes', () => {
  it.each(seeds)('seed %i is told as it was staged', async (seed) => {
    const played = await playLive(drawLiveStory(seed));
    expect(played === undefined ? [] : judgePlayed(played)).toEqual([]);
  });
});
