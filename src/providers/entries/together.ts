/** Together AI serves open models. */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf, olderChat } from '../shared-facts.ts';

export const together: ProviderEntry = {
  name: 'together',
  title: 'Together AI',
  origins: { 'openai-chat': 'https://api.together.ai/v1' },
  alternativeOrigins: [
    {
      name: 'xyz',
      origins: { 'openai-chat': 'https://api.together.xyz/v1' },
      note: 'The older address of the same site.',
      verified: 'S',
    },
  ],
  keyVariables: ['TOGETHER_API_KEY'],
  baseUrlVariables: [{ variable: 'TOGETHER_BASE_URL', protocols: ['openai-chat'] }], // [S]
  authStyle: { 'openai-chat': 'bearer' },
  defaultModel: 'openai/gpt-oss-120b',
  limitScope: 'organization',
  limitScopeSource:
    'n/v: limits follow the build tier of the account; no page read states that keys share them',
  bodyEdits: { 'openai-chat': olderChat },
  models: modelsOf({ ...listed, thinks: 'optional', tools: true, images: true }, [
    {
      id: 'openai/gpt-oss-120b',
      contextWindow: 131_072,
      maxOutput: 131_072,
      thinks: true,
      images: false,
    },
    { id: 'zai-org/GLM-5.3-Flash', contextWindow: 1_048_575, maxOutput: 400_000 },
    { id: 'deepseek-ai/DeepSeek-V4.1-Flash', contextWindow: 1_048_576, maxOutput: 384_000 },
    { id: 'moonshotai/Kimi-K3.1-Pro', contextWindow: 1_048_576, maxOutput: 131_072 },
  ]),
  links: {
    docs: 'https://docs.together.ai',
    keys: 'https://api.together.ai/settings/api-keys',
    errors: 'https://docs.together.ai/docs/error-codes',
    limits: 'https://docs.together.ai/docs/rate-limits',
    status: 'https://status.together.ai',
    pricing: 'https://www.together.ai/pricing',
  },
  verified: { origins: 'S', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S' },
  asOf: '2026-11-21',
};
