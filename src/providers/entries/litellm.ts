/**
 * LiteLLM's proxy on this machine: its owner names its models, and its key is a virtual one or the
 * master key.
 */

import type { ProviderEntry } from '../entry.ts';
import { atOne } from '../shared-facts.ts';

export const litellm: ProviderEntry = {
  name: 'litellm',
  title: 'LiteLLM proxy',
  origins: atOne('http://127.0.0.1:4000/v1'),
  isSoftware: true,
  keyVariables: ['LITELLM_API_KEY', 'LITELLM_PROXY_API_KEY'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  limitScope: 'key',
  limitScopeSource: 'https://docs.litellm.ai/docs/proxy/users',
  // https://docs.litellm.ai/docs/completion/prompt_caching, read 2026-11.
  behavior: { roles: 'system-first', takesCacheMarks: ['anthropic-messages', 'openai-chat'] },
  models: [],
  links: { docs: 'https://docs.litellm.ai/docs/simple_proxy' },
  verified: { origins: 'D', keyVariables: '3', authStyle: 'D' },
  asOf: '2026-11-22',
};
