/** `compression`: a conversation made shorter, with all that the work needs to go on. */

import { judgeText } from './judge.ts';
import type { TaskProfile } from './profile.ts';

export const compression: TaskProfile = {
  name: 'compression',
  limits: { outputFloor: 8000, reasoning: 'as-asked', holdsStreams: true },
  prompt: (messages) => messages,
  judge: judgeText,
};
