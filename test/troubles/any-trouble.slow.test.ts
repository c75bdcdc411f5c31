/**
 * Any trouble, drawn at random and staged in process, is explained by the facts that were staged
 * and by no others.
 */

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { judgePlayed } from './judge.ts';
import { playStory } from './play.ts';
import { drawStory } from './story.ts';

const only = process.env['HOLDFAST_SEED'];
const seeds =
  only === undefined ? Array.from({ length: 400 }, (_, index) => index) : [Number(only)];

// Commands load their parts on demand, in real time, while the fake clock runs on: on a busy
// machine a first command gives up before they are there.
beforeAll(async () => {
  await vi.waitFor(() => playStory(drawStory(0)), { timeout: 60_000 });
}, 90_000);

describe('a trouble that was drawn at random', () => {
  it.each(seeds)('seed %i is told as it was staged', async (seed) => {
    const played = await playStory(drawStory(seed));
    expect(judgePlayed(played)).toEqual([]);
  });
});
