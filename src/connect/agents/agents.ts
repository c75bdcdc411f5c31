/** Lists every agent that `holdfast connect` supports, in the order of its output. */

import type { Agent } from '../settings.ts';
import { aider } from './aider.ts';
import { claude } from './claude.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueAgent } from './continue.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { gptme } from './gptme.ts';
import { hermes } from './hermes.ts';
import { llm } from './llm.ts';
import { kilo, opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qwen } from './qwen.ts';
import { reasonix } from './reasonix.ts';
import { anthropicSdk, openaiSdk } from './sdks.ts';
import { zed } from './zed.ts';

export const agents: readonly Agent[] = [
  claude,
  codex,
  opencode,
  kilo,
  pi,
  hermes,
  reasonix,
  qwen,
  copilot,
  cline,
  aider,
  continueAgent,
  zed,
  llm,
  gptme,
  gemini,
  openaiSdk,
  anthropicSdk,
];
