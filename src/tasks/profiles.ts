/** The profile of each task by its name. */

import { commitMessage } from './commit-message.ts';
import { compression } from './compression.ts';
import { judgeEmptiness } from './judge.ts';
import type { TaskProfile } from './profile.ts';
import { titleGeneration } from './title-generation.ts';
import { vision } from './vision.ts';

const known: ReadonlyMap<string, TaskProfile> = new Map(
  [titleGeneration, compression, vision, commitMessage].map((profile) => [profile.name, profile]),
);

/** Of any other name under `auxiliary:` nothing is known but that an empty answer is none. */
export function profileOf(task: string): TaskProfile {
  return (
    known.get(task) ?? {
      name: task,
      limits: { outputFloor: 2000, reasoning: 'as-asked', holdsStreams: false },
      prompt: (messages) => messages,
      judge: judgeEmptiness,
    }
  );
}

export function hasProfile(task: string): boolean {
  return known.has(task);
}
