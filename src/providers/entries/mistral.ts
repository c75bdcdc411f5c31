/**
 * Mistral: answers 422 to any body field that it does not know, so foreign fields are renamed or
 * dropped.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const mistral: ProviderEntry = {
  name: 'mistral',
  title: 'Mistral',
  origins: { 'openai-chat': 'https://api.mistral.ai/v1' },
  keyVariables: ['MISTRAL_API_KEY'],
  authStyle: { 'openai-chat': 'bearer' },
  defaultModel: 'mistral-medium-latest',
  limitScope: 'organization',
  historyRepairs: { 'openai-chat': [{ kind: 'tool-ids', length: 9 }] },
  bodyEdits: {
    'openai-chat': [
      { kind: 'rename', field: 'max_completion_tokens', to: 'max_tokens' },
      { kind: 'rename', field: 'seed', to: 'random_seed' },
      { kind: 'drop', field: 'store' },
      { kind: 'drop', field: 'user' },
      { kind: 'role', from: 'developer', to: 'system' },
    ],
  },
  prefill: { accepted: true, messageFields: { 'openai-chat': 'prefix' } }, // [D]
  // "Unexpected role 'user' after role 'tool'", https://github.com/onyx-dot-app/onyx/issues/6458
  behavior: { roles: 'alternating' }, // [I]
  models: modelsOf(
    { ...listed, contextWindow: 262_144, maxOutput: 262_144, tools: true, images: true },
    [
      {
        id: 'mistral-medium-latest',
        aliases: ['mistral-medium-3.5', 'mistral-medium-2604'],
        thinks: 'optional',
      },
      {
        id: 'mistral-large-4',
        aliases: ['mistral-large-4-0-*'],
        contextWindow: 1_048_576,
        thinks: true,
      },
      { id: 'mistral-large-latest', thinks: false },
      { id: 'mistral-small-latest', maxOutput: 256_000, thinks: 'optional' },
      { id: 'devstral-latest', thinks: false, images: false },
      {
        id: 'codestral-latest',
        contextWindow: 256_000,
        maxOutput: 4_096,
        thinks: false,
        images: false,
      },
    ],
  ),
  links: {
    docs: 'https://docs.mistral.ai',
    keys: 'https://console.mistral.ai/api-keys',
    limits: 'https://docs.mistral.ai/deployment/laplateforme/tier',
    status: 'https://status.mistral.ai',
    pricing: 'https://mistral.ai/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'I' },
  asOf: '2026-11-21',
};
