/** Fireworks AI: hosts of open models, in all three protocols at one address. */

import type { ProviderEntry } from '../entry.ts';
import { atOne, listed, modelsOf } from '../shared-facts.ts';

export const fireworks: ProviderEntry = {
  name: 'fireworks',
  title: 'Fireworks AI',
  origins: atOne('https://api.fireworks.ai/inference/v1'),
  keyVariables: ['FIREWORKS_API_KEY'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  keyPrefixes: ['fw_'],
  defaultModel: 'accounts/fireworks/models/glm-5p3-flash',
  limitScope: 'account',
  bodyEdits: { 'openai-chat': [{ kind: 'role', from: 'developer', to: 'system' }] },
  models: modelsOf({ ...listed, maxOutput: 131_072, thinks: true, tools: true, images: true }, [
    { id: 'accounts/fireworks/models/glm-5p3-flash', contextWindow: 1_048_573 },
    {
      id: 'accounts/fireworks/models/deepseek-v4p1-flash',
      contextWindow: 1_000_000,
      maxOutput: 384_000,
      thinks: 'optional',
    },
    { id: 'accounts/fireworks/models/kimi-k3p1-pro', contextWindow: 1_048_576 },
  ]),
  links: {
    docs: 'https://docs.fireworks.ai',
    keys: 'https://app.fireworks.ai/settings/users/api-keys',
    limits: 'https://docs.fireworks.ai/guides/quotas_usage/rate-limits',
    status: 'https://status.fireworks.ai',
    pricing: 'https://fireworks.ai/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
