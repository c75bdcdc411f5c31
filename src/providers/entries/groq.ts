/** Groq: fast hosts of open models; limits count per organisation and model. */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const groq: ProviderEntry = {
  name: 'groq',
  title: 'Groq',
  origins: {
    'openai-chat': 'https://api.groq.com/openai/v1',
    'openai-responses': 'https://api.groq.com/openai/v1',
  },
  keyVariables: ['GROQ_API_KEY'],
  // The vendor's SDK appends /openai/v1 itself.
  baseUrlVariables: [
    { variable: 'GROQ_BASE_URL', protocols: ['openai-chat'], suffix: '/openai/v1' }, // [S]
  ],
  authStyle: { 'openai-chat': 'bearer', 'openai-responses': 'bearer' },
  keyPrefixes: ['gsk_'],
  defaultModel: 'openai/gpt-oss-120b',
  limitScope: 'organization',
  prefill: { accepted: true }, // n/v
  models: modelsOf({ ...listed, contextWindow: 131_072, tools: true, images: false }, [
    { id: 'openai/gpt-oss-120b', maxOutput: 65_536, thinks: true },
    { id: 'openai/gpt-oss-20b', maxOutput: 65_536, thinks: true },
    { id: 'qwen/qwen3.8-27b', maxOutput: 16_384, thinks: 'optional', images: true },
    { id: 'llama-3.3-70b-versatile', maxOutput: 32_768, thinks: false },
    { id: 'llama-3.1-8b-instant', maxOutput: 131_072, thinks: false },
  ]),
  links: {
    docs: 'https://console.groq.com/docs',
    keys: 'https://console.groq.com/keys',
    errors: 'https://console.groq.com/docs/errors',
    limits: 'https://console.groq.com/docs/rate-limits',
    status: 'https://groqstatus.com',
    pricing: 'https://groq.com/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
