/**
 * The simulation can fail: an engine that is broken at a seam is found within some thousand
 * requests, by the law that it breaks, and the shortest story is short.
 */

import { describe, expect, it } from 'vitest';
import { breaks } from './breaks.ts';
import { playStory } from './play.ts';
import { shrinkStory } from './shrink.ts';
import { createStory } from './story.ts';

const mostRequests = 6000;

describe('the simulation finds', () => {
  it.each(Object.entries(breaks))(
    '%s',
    async (_name, { breaks: laws, seams, fits = () => true }) => {
      let asked = 0;
      for (let seed = 1; asked < mostRequests; seed += 1) {
        const story = createStory(seed);
        if (!fits(story)) continue;
        const { broken, requests } = await playStory(story, seams);
        asked += requests;
        // A fault may break another law first: a ledger that looks twice makes requests wait.
        if (laws.some((law) => broken.some((one) => one.law === law))) return;
      }
      expect.fail(`${laws.join(' or ')} was not found broken in ${asked} requests`);
    },
  );

  it('a story from which no step can be left out', async () => {
    const { seams } = breaks['a cut that is told as whole'] ?? {};
    for (let seed = 1; ; seed += 1) {
      const shortest = await shrinkStory(createStory(seed), seams);
      if (shortest === undefined) continue;
      expect(shortest.steps.length).toBeLessThanOrEqual(3);
      expect(shortest.steps.at(-1)?.do).toBe('ask');
      return;
    }
  });
});
