/** vLLM on this machine; it needs a key only if the server was started with one. */

import type { ProviderEntry } from '../entry.ts';
import { atOne } from '../shared-facts.ts';

export const vllm: ProviderEntry = {
  name: 'vllm',
  title: 'vLLM',
  origins: atOne('http://127.0.0.1:8000/v1'),
  isSoftware: true,
  keyVariables: ['VLLM_API_KEY'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  isKeyless: true,
  limitScope: 'none',
  limitScopeSource:
    'https://docs.vllm.ai/en/latest/serving/online_serving/openai_compatible_server/',
  prefill: { accepted: false }, // n/v
  behavior: { roles: 'system-first' },
  models: [],
  links: { docs: 'https://docs.vllm.ai' },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D' },
  asOf: '2026-11-21',
};
