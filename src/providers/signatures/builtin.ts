/**
 * The signature table: every known error of providers. To add one, add a row here or in a vendor's
 * file, and a fixture.
 */

import { anthropicSignatures } from './anthropic.ts';
import { bedrockSignatures } from './bedrock.ts';
import { chatgptSignatures } from './chatgpt.ts';
import { deepseekSignatures } from './deepseek.ts';
import { geminiSignatures } from './gemini.ts';
import { genericCodeSignatures } from './generic-codes.ts';
import { genericHintSignatures } from './generic-hints.ts';
import { genericImageSignatures } from './generic-images.ts';
import { genericStatusSignatures } from './generic-statuses.ts';
import { genericTextSignatures } from './generic-texts.ts';
import { inBetweenSignatures } from './in-between.ts';
import { minimaxSignatures } from './minimax.ts';
import { moonshotSignatures } from './moonshot.ts';
import { ollamaSignatures } from './ollama.ts';
import { openaiSignatures } from './openai.ts';
import { openrouterSignatures } from './openrouter.ts';
import { otherSignatures } from './others.ts';
import { qwenSignatures } from './qwen.ts';
import { selfHostedSignatures } from './self-hosted.ts';
import type { Signature } from './signature.ts';
import { stateSignatures } from './states.ts';
import { strictRoleSignatures } from './strict-roles.ts';
import { topicSignatures } from './topics.ts';
import { vertexSignatures } from './vertex.ts';
import { xiaomiSignatures } from './xiaomi.ts';
import { zhipuSignatures } from './zhipu.ts';

/** All rows. Their order here does not matter: `Signature` says which of several is tried first. */
export const builtinSignatures: readonly Signature[] = [
  ...openaiSignatures,
  ...chatgptSignatures,
  ...anthropicSignatures,
  ...deepseekSignatures,
  ...xiaomiSignatures,
  ...minimaxSignatures,
  ...openrouterSignatures,
  ...moonshotSignatures,
  ...zhipuSignatures,
  ...geminiSignatures,
  ...qwenSignatures,
  ...ollamaSignatures,
  ...bedrockSignatures,
  ...vertexSignatures,
  ...otherSignatures,
  ...selfHostedSignatures,
  ...inBetweenSignatures,
  ...strictRoleSignatures,
  ...stateSignatures,
  ...topicSignatures,
  ...genericCodeSignatures,
  ...genericTextSignatures,
  ...genericHintSignatures,
  ...genericImageSignatures,
  ...genericStatusSignatures,
];
