/** The built-in catalogue. Adding a provider is one file in `entries/` and one line here. */

import { type Catalogue, createCatalogue } from './catalogue.ts';
import { anthropic } from './entries/anthropic.ts';
import { azure } from './entries/azure.ts';
import { bedrock } from './entries/bedrock.ts';
import { chatgpt } from './entries/chatgpt.ts';
import { custom } from './entries/custom.ts';
import { deepseek } from './entries/deepseek.ts';
import { fireworks } from './entries/fireworks.ts';
import { foundry } from './entries/foundry.ts';
import { gemini } from './entries/gemini.ts';
import { groq } from './entries/groq.ts';
import { litellm } from './entries/litellm.ts';
import { llamacpp } from './entries/llamacpp.ts';
import { lmstudio } from './entries/lmstudio.ts';
import { minimax } from './entries/minimax.ts';
import { mistral } from './entries/mistral.ts';
import { moonshot } from './entries/moonshot.ts';
import { ollama } from './entries/ollama.ts';
import { openai } from './entries/openai.ts';
import { openrouter } from './entries/openrouter.ts';
import { qwen } from './entries/qwen.ts';
import { together } from './entries/together.ts';
import { vertex } from './entries/vertex.ts';
import { vllm } from './entries/vllm.ts';
import { xai } from './entries/xai.ts';
import { xiaomi } from './entries/xiaomi.ts';
import { zhipu } from './entries/zhipu.ts';
import type { ProviderEntry } from './entry.ts';

/**
 * The order decides: without a config, the first entry with a key variable that is set becomes the
 * main provider (law 10). Servers on this machine come last.
 */
export const builtinEntries: readonly ProviderEntry[] = [
  xiaomi,
  deepseek,
  minimax,
  anthropic,
  openai,
  chatgpt,
  openrouter,
  gemini,
  moonshot,
  zhipu,
  qwen,
  xai,
  mistral,
  groq,
  together,
  fireworks,
  azure,
  foundry,
  bedrock,
  vertex,
  ollama,
  lmstudio,
  vllm,
  llamacpp,
  litellm,
  custom,
];

export const catalogue: Catalogue = createCatalogue(builtinEntries);
