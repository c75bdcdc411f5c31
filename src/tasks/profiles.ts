/** The profile of each task by its name. */

import { commitMessage } from './commit-message.ts';
import { compression } from './compression.ts';
import { createDefaultProfile } from './default.ts';
import type { TaskProfile } from './profile.ts';
import { titleGeneration } from './title-generation.ts';
import { vision } from './vision.ts';

const known: ReadonlyMap<string, TaskProfile> = new Map(
  [titleGeneration, compression, vision, commitMessage].map((profile) => [profile.name, profile]),
);

/** The default profile for a task that nothing is known of. */
export function profileOf(task: string): TaskProfile {
  return known.get(task) ?? createDefaultProfile(task);
}

export function hasProfile(task: string): boolean {
  return known.has(task);
}
