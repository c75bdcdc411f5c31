/** Ollama on this machine, without a key; its cloud is an alternative that needs one. */

import type { ProviderEntry } from '../entry.ts';

export const ollama: ProviderEntry = {
  name: 'ollama',
  title: 'Ollama',
  origins: {
    'openai-chat': 'http://127.0.0.1:11434/v1',
    'openai-responses': 'http://127.0.0.1:11434/v1',
    'anthropic-messages': 'http://127.0.0.1:11434/v1',
  },
  alternativeOrigins: [
    {
      name: 'cloud',
      origins: {
        'openai-chat': 'https://ollama.com/v1',
        'openai-responses': 'https://ollama.com/v1',
        'anthropic-messages': 'https://ollama.com/v1',
      },
      note: 'Ollama Cloud; a key is needed here, sent as Bearer in every protocol.',
      keyVariables: ['OLLAMA_API_KEY'],
      limitScope: 'account',
      verified: 'D',
    },
  ],
  keyVariables: [],
  authStyle: { 'openai-chat': 'bearer', 'openai-responses': 'bearer', 'anthropic-messages': 'bearer' },
  keyRequired: false,
  limitScope: 'none',
  limitScopeSource: 'https://docs.ollama.com/api/errors',
  edits: {
    'openai-chat': [
      { kind: 'rename', field: 'max_completion_tokens', to: 'max_tokens' },
      { kind: 'role', from: 'developer', to: 'system' },
    ],
  },
  quirks: { answersOne: true },
  models: [],
  links: { docs: 'https://docs.ollama.com', errors: 'https://docs.ollama.com/api/errors' },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', edits: 'n/v' },
  asOf: '2026-11-21',
};
