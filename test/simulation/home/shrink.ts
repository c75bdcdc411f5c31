/** Delta debugging: finds a shortest list of steps that still breaks the same law. */

import type { Seams } from './home.ts';
import { type Played, playStory } from './play.ts';
import type { Step, Story } from './story.ts';

export interface Shrunk {
  readonly steps: readonly Step[];
  readonly played: Played;
}

/** Undefined if the whole story breaks no law. No step can be left out of what it returns. */
export async function shrinkStory(story: Story, seams?: Seams): Promise<Shrunk | undefined> {
  let played = await playStory(story, seams);
  const law = played.broken[0]?.law;
  if (law === undefined) return undefined;
  // Nothing after the breach had a part in it.
  const end = Math.max(...played.broken.map(({ at }) => at));
  let steps = story.steps.filter(({ at }) => at <= end);
  for (let parts = 2; steps.length > 0; ) {
    const size = Math.ceil(steps.length / parts);
    let isShorter = false;
    for (let from = 0; from < steps.length && !isShorter; from += size) {
      const rest = steps.toSpliced(from, size);
      const found = await playStory(story, seams, rest);
      if (found.broken[0]?.law !== law) continue;
      [steps, played, isShorter] = [rest, found, true];
    }
    if (isShorter) parts = Math.max(2, parts - 1);
    else if (size === 1) break;
    else parts = Math.min(steps.length, 2 * parts);
  }
  return { steps, played };
}
