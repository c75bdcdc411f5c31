/** Any other name under `auxiliary:`: nothing is known of it but that an empty answer is none. */

import { judgeEmptiness } from './judge.ts';
import type { TaskProfile } from './profile.ts';

export function createDefaultProfile(name: string): TaskProfile {
  return {
    name,
    limits: { outputFloor: 2000, reasoning: 'as-asked', holdsStreams: false },
    prompt: (messages) => messages,
    judge: judgeEmptiness,
  };
}
