/**
 * LM Studio on this machine; it needs a token only if its owner turned authentication on. It
 * answers four requests at a time unless configured otherwise:
 * https://lmstudio.ai/docs/app/advanced/parallel-requests, read 2026-11.
 */

import type { ProviderEntry } from '../entry.ts';
import { atOne } from '../shared-facts.ts';

export const lmstudio: ProviderEntry = {
  name: 'lmstudio',
  title: 'LM Studio',
  origins: atOne('http://127.0.0.1:1234/v1'),
  isSoftware: true,
  keyVariables: ['LM_API_TOKEN'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  isKeyless: true,
  limitScope: 'none',
  limitScopeSource: 'https://lmstudio.ai/docs/developer/core/server',
  behavior: { roles: 'system-first' },
  models: [],
  links: { docs: 'https://lmstudio.ai/docs/developer' },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D' },
  asOf: '2026-11-21',
};
