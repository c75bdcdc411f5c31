/** Maps a task's name to its profile. */

import type { defaults } from '../model/defaults.ts';
import { commitMessage } from './commit-message.ts';
import { compression } from './compression.ts';
import { judgeEmptiness } from './judge.ts';
import type { TaskProfile } from './profile.ts';
import { titleGeneration } from './title-generation.ts';
import { vision } from './vision.ts';

/**
 * A task needs a profile here and a time in the defaults; with only one of them, this does not
 * compile.
 */
const profiles: Readonly<Record<keyof typeof defaults.taskTimeout, TaskProfile>> = {
  title_generation: titleGeneration,
  vision,
  compression,
  commit_message: commitMessage,
};

const known: ReadonlyMap<string, TaskProfile> = new Map(Object.entries(profiles));

/**
 * Returns the profile. For an unknown name under `auxiliary:`, only an empty answer is unusable.
 */
export function profileOf(task: string): TaskProfile {
  return (
    known.get(task) ?? {
      limits: { outputFloor: 2000, reasoning: 'as-asked', holdsStreams: false },
      prompt: (messages) => messages,
      judge: judgeEmptiness,
    }
  );
}

export function hasProfile(task: string): boolean {
  return known.has(task);
}
