/** Ollama on this machine, without a key; its cloud is an alternative that needs one. */

import type { ProviderEntry } from '../entry.ts';
import { atOne, olderChat } from '../shared-facts.ts';

export const ollama: ProviderEntry = {
  name: 'ollama',
  title: 'Ollama',
  origins: atOne('http://127.0.0.1:11434/v1'),
  alternativeOrigins: [
    {
      name: 'cloud',
      origins: atOne('https://ollama.com/v1'),
      note: 'Ollama Cloud; a key is needed here, sent as Bearer in every protocol.',
      keyVariables: ['OLLAMA_API_KEY'],
      verified: 'D',
    },
  ],
  isSoftware: true,
  pullCommand: ['ollama', 'pull'], // https://docs.ollama.com/cli
  keyVariables: [],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  isKeyless: true,
  limitScope: 'none', // on this machine; the cloud counts per account
  limitScopeSource: 'https://docs.ollama.com/api/errors',
  bodyEdits: { 'openai-chat': olderChat },
  behavior: { answersOne: true, roles: 'system-first' },
  models: [],
  links: { docs: 'https://docs.ollama.com', errors: 'https://docs.ollama.com/api/errors' },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'n/v' },
  asOf: '2026-11-21',
};
