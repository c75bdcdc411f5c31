/** Every agent that `holdfast connect` knows, in the order of its list. */

import type { Agent } from '../settings.ts';
import { aider } from './aider.ts';
import { claude } from './claude.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueAgent } from './continue.ts';
import { gemini } from './gemini.ts';
import { hermes } from './hermes.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { anthropicSdk, openaiSdk } from './sdks.ts';
import { zed } from './zed.ts';

export const agents: readonly Agent[] = [
  claude,
  codex,
  opencode,
  pi,
  hermes,
  cline,
  aider,
  continueAgent,
  zed,
  gemini,
  openaiSdk,
  anthropicSdk,
];
