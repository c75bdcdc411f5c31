/**
 * OpenRouter: one key for many vendors. Its capacity is governed globally, so more keys do not
 * raise the limits.
 */

import type { ProviderEntry } from '../entry.ts';
import { atOne, listed, modelsOf } from '../shared-facts.ts';

export const openrouter: ProviderEntry = {
  name: 'openrouter',
  title: 'OpenRouter',
  origins: atOne('https://openrouter.ai/api/v1'),
  alternativeOrigins: [
    {
      name: 'eu',
      origins: { 'openai-chat': 'https://eu.openrouter.ai/api/v1' },
      note: 'In-region routing in Europe, for business and enterprise accounts.',
      verified: '3',
    },
  ],
  keyVariables: ['OPENROUTER_API_KEY'],
  baseUrlVariables: [{ variable: 'OPENROUTER_BASE_URL', protocols: ['openai-chat'] }], // [S]
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  keyPrefixes: ['sk-or-'],
  defaultModel: 'openrouter/auto',
  limitScope: 'global',
  prefill: { accepted: 'model' }, // n/v
  // https://openrouter.ai/docs/use-cases/reasoning-tokens, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'reasoning', value: { enabled: false } } },
  // https://openrouter.ai/docs/features/prompt-caching, read 2026-11.
  behavior: { takesCacheMarks: ['anthropic-messages', 'openai-chat'] },
  models: modelsOf({ ...listed, thinks: 'optional', tools: true, images: true }, [
    { id: 'openrouter/auto' },
    { id: 'anthropic/claude-haiku-4.5', contextWindow: 200_000, maxOutput: 64_000 },
    { id: 'anthropic/claude-haiku-5.5', contextWindow: 1_000_000, maxOutput: 128_000 },
    {
      id: 'anthropic/claude-sonnet-5.5',
      contextWindow: 1_000_000,
      maxOutput: 128_000,
      thinks: true,
    },
    { id: 'openai/gpt-6-luna', contextWindow: 1_050_000, maxOutput: 128_000 },
    { id: 'google/gemini-3.8-flash', contextWindow: 1_048_576, maxOutput: 65_536, thinks: true },
    { id: 'deepseek/deepseek-v4.1-flash', contextWindow: 1_048_576 },
    { id: 'xiaomi/mimo-v2.6-pro', contextWindow: 1_048_576, maxOutput: 131_072 },
  ]),
  links: {
    docs: 'https://openrouter.ai/docs',
    keys: 'https://openrouter.ai/settings/keys',
    errors: 'https://openrouter.ai/docs/api/reference/errors-and-debugging',
    limits: 'https://openrouter.ai/docs/api/reference/limits',
    status: 'https://status.openrouter.ai',
    pricing: 'https://openrouter.ai/models',
  },
  verified: { origins: '3', keyVariables: 'D', authStyle: 'D', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
