/**
 * OpenAI: the reference of `openai-chat` and `openai-responses`. Reasoning models refuse the old
 * name of the output limit.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

const gpt41 = { contextWindow: 1_047_576, maxOutput: 32_768, thinks: false };
const gpt4o = { contextWindow: 128_000, maxOutput: 16_384, thinks: false };

export const openai: ProviderEntry = {
  name: 'openai',
  title: 'OpenAI',
  origins: {
    'openai-chat': 'https://api.openai.com/v1',
    'openai-responses': 'https://api.openai.com/v1',
  },
  alternativeOrigins: [
    {
      name: 'eu',
      origins: {
        'openai-chat': 'https://eu.api.openai.com/v1',
        'openai-responses': 'https://eu.api.openai.com/v1',
      },
      note: 'Projects with data residency in Europe.',
      verified: 'n/v',
    },
  ],
  keyVariables: ['OPENAI_API_KEY'],
  baseUrlVariables: [
    { variable: 'OPENAI_BASE_URL', protocols: ['openai-chat', 'openai-responses'] }, // [S]
  ],
  authStyle: { 'openai-chat': 'bearer', 'openai-responses': 'bearer' },
  keyPrefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
  defaultModel: 'gpt-6-luna',
  limitScope: 'project',
  historyRepairs: { 'openai-chat': [{ kind: 'tool-ids', length: 40 }] },
  bodyEdits: {
    'openai-chat': [{ kind: 'rename', field: 'max_tokens', to: 'max_completion_tokens' }],
  },
  prefill: { accepted: false }, // n/v
  models: modelsOf({ ...listed, maxOutput: 128_000, tools: true, images: true }, [
    { id: 'gpt-6-luna', contextWindow: 1_050_000, thinks: 'optional' },
    { id: 'gpt-6-astra', contextWindow: 1_050_000, thinks: true },
    { id: 'gpt-6.1-sol', contextWindow: 1_050_000, thinks: true },
    { id: 'gpt-6.1-terra', contextWindow: 1_050_000, thinks: 'optional' },
    { id: 'gpt-5.5', thinks: 'optional' },
    { id: 'gpt-5-mini', aliases: ['gpt-5-mini-2*'], contextWindow: 400_000, thinks: true },
    { id: 'gpt-4.1', aliases: ['gpt-4.1-2*'], ...gpt41 },
    { id: 'gpt-4.1-mini', aliases: ['gpt-4.1-mini-2*'], ...gpt41 },
    { id: 'gpt-4o', aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'], ...gpt4o },
    { id: 'gpt-4o-mini', aliases: ['gpt-4o-mini-2*'], ...gpt4o },
  ]),
  links: {
    docs: 'https://developers.openai.com/api/docs',
    keys: 'https://platform.openai.com/api-keys',
    errors: 'https://platform.openai.com/docs/guides/error-codes',
    limits: 'https://platform.openai.com/docs/guides/rate-limits',
    status: 'https://status.openai.com',
    pricing: 'https://openai.com/api/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'I', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
