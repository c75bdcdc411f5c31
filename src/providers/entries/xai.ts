/**
 * xAI Grok: Responses is the vendor's own protocol, Chat Completions its legacy one; Anthropic
 * compatibility is deprecated.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const xai: ProviderEntry = {
  name: 'xai',
  title: 'xAI Grok',
  origins: { 'openai-responses': 'https://api.x.ai/v1', 'openai-chat': 'https://api.x.ai/v1' },
  alternativeOrigins: [
    {
      name: 'us',
      origins: {
        'openai-responses': 'https://us.api.x.ai/v1',
        'openai-chat': 'https://us.api.x.ai/v1',
      },
      note: 'Requests stay in the United States; only the newest models, at a surcharge.',
      verified: '3',
    },
  ],
  keyVariables: ['XAI_API_KEY'],
  baseUrlVariables: [
    { variable: 'XAI_BASE_URL', protocols: ['openai-responses', 'openai-chat'] }, // [S]
  ],
  authStyle: { 'openai-responses': 'bearer', 'openai-chat': 'bearer' },
  keyPrefixes: ['xai-'],
  defaultModel: 'grok-4.7',
  limitScope: 'organization',
  limitScopeSource:
    'n/v: the console shows limits per team; no page read states that keys share them',
  bodyEdits: { 'openai-chat': [{ kind: 'role', from: 'developer', to: 'system' }] },
  models: modelsOf(
    {
      ...listed,
      contextWindow: 500_000,
      maxOutput: 500_000,
      thinks: true,
      tools: true,
      images: true,
    },
    [
      { id: 'grok-4.7' },
      { id: 'grok-4.6' },
      { id: 'grok-4.3', contextWindow: 1_000_000, maxOutput: 30_000, thinks: 'optional' },
    ],
  ),
  links: {
    docs: 'https://docs.x.ai',
    keys: 'https://console.x.ai',
    errors: 'https://docs.x.ai/docs/key-information/debugging',
    limits: 'https://docs.x.ai/docs/key-information/consumption-and-rate-limits',
    status: 'https://status.x.ai',
  },
  verified: { origins: '3', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
