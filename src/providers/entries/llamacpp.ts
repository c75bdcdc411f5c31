/**
 * llama.cpp's server on this machine; it needs a key only if it was started with `--api-key`. It
 * serves one model under any name.
 */

import type { ProviderEntry } from '../entry.ts';
import { atOne } from '../shared-facts.ts';

export const llamacpp: ProviderEntry = {
  name: 'llamacpp',
  title: 'llama.cpp server',
  origins: atOne('http://127.0.0.1:8080/v1'),
  isSoftware: true,
  keyVariables: ['LLAMA_API_KEY'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  isKeyless: true,
  limitScope: 'none',
  limitScopeSource: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  behavior: { answersOne: true, roles: 'system-first' },
  models: [],
  links: { docs: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md' },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D' },
  asOf: '2026-11-22',
};
