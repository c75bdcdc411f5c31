/** `vision`: a picture told in words, for a model that sees none. */

import { judgeText } from './judge.ts';
import type { TaskProfile } from './profile.ts';

export const vision: TaskProfile = {
  name: 'vision',
  limits: { outputFloor: 4000, reasoning: 'as-asked', holdsStreams: true },
  prompt: (messages) => messages,
  judge: judgeText,
};
