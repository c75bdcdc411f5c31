/**
 * Stories of whole homes: several processes, keys that change, budgets, kills, jumps of the clock.
 * No seed breaks a law; `npm run simulate -- --seed 17 --requests 1` plays one alone.
 */

import { describe, expect, it } from 'vitest';
import { playStory } from './play.ts';
import { createStory } from './story.ts';
import { tellStory } from './tell.ts';

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe('a home', () => {
  it.each(seeds)('seed %i breaks no law', async (seed) => {
    const { broken, requests } = await playStory(createStory(seed));
    expect(broken).toEqual([]);
    expect(requests).toBeGreaterThan(0);
  });

  it.each([2, 3, 4])('is told the same again, byte for byte: seed %i', async (seed) => {
    const tell = async (): Promise<readonly string[]> => {
      const story = createStory(seed);
      return tellStory(story, story.steps, await playStory(story));
    };
    expect(await tell()).toEqual(await tell());
  });
});
