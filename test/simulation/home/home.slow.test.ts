/** A hundred thousand requests in stories of homes, in less than two minutes of CPU. */

import { expect, it } from 'vitest';
import { playStory } from './play.ts';
import { createStory } from './story.ts';

it('a hundred thousand requests break no law', async () => {
  let asked = 0;
  const found: string[] = [];
  for (let seed = 1; asked < 100_000; seed += 1) {
    const { broken, requests } = await playStory(createStory(seed));
    asked += requests;
    for (const { law, text } of broken.slice(0, 1)) found.push(`seed ${seed}: ${law}: ${text}`);
  }
  expect(found).toEqual([]);
});
