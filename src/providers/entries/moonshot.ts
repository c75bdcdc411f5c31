/**
 * Moonshot Kimi: the international open platform by default. Keys of the Chinese site and of Kimi
 * Code work only there.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const moonshot: ProviderEntry = {
  name: 'moonshot',
  title: 'Moonshot Kimi',
  origins: {
    'openai-chat': 'https://api.moonshot.ai/v1',
    'openai-responses': 'https://api.moonshot.ai/v1',
    'anthropic-messages': 'https://api.moonshot.ai/anthropic/v1',
  },
  alternativeOrigins: [
    {
      name: 'china',
      origins: {
        'openai-chat': 'https://api.moonshot.cn/v1',
        'anthropic-messages': 'https://api.moonshot.cn/anthropic/v1',
      },
      hasOwnKeys: true,
      links: { keys: 'https://platform.moonshot.cn/console/api-keys' },
      note: 'Keys of platform.kimi.com; one site answers 401 to keys of the other.',
      keyVariables: ['KIMI_CN_API_KEY'],
      verified: 'S',
    },
    {
      name: 'kimi-code',
      origins: {
        'openai-chat': 'https://api.kimi.com/coding/v1',
        'anthropic-messages': 'https://api.kimi.com/coding/v1',
      },
      hasOwnKeys: true,
      note: 'The Kimi Code subscription; its keys begin with sk-kimi- and it answers coding agents only.',
      keyPrefixes: ['sk-kimi-'],
      keyVariables: ['KIMI_API_KEY'],
      verified: 'S',
    },
  ],
  keyVariables: ['MOONSHOT_API_KEY'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  defaultModel: 'kimi-k2.6',
  limitScope: 'organization',
  bodyEdits: { 'openai-chat': [{ kind: 'role', from: 'developer', to: 'system' }] },
  prefill: { accepted: true, messageFields: { 'openai-chat': 'partial' } }, // [D]
  // https://platform.kimi.com/docs/api/models-overview, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'thinking', value: { type: 'disabled' } } },
  behavior: { requiresReasoningBack: true },
  models: modelsOf({ ...listed, thinks: true, tools: true, images: true }, [
    { id: 'kimi-k2.6', contextWindow: 262_144, maxOutput: 262_144, thinks: 'optional' },
    {
      id: 'kimi-k3.1-pro',
      aliases: ['kimi-k3.1-pro-highspeed'],
      contextWindow: 1_048_576,
      maxOutput: 1_048_576,
    },
    { id: 'kimi-k3', contextWindow: 1_048_576, maxOutput: 1_048_576 },
    {
      id: 'kimi-k2.7-code',
      aliases: ['kimi-k2.7-code-highspeed'],
      contextWindow: 262_144,
      maxOutput: 262_144,
    },
  ]),
  links: {
    docs: 'https://platform.kimi.ai/docs',
    keys: 'https://platform.kimi.ai/console/api-keys',
    errors: 'https://platform.kimi.ai/docs/api/errors',
    limits: 'https://platform.kimi.ai/docs/pricing/limits',
  },
  verified: { origins: '3', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S' },
  asOf: '2026-11-21',
};
