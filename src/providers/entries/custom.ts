/**
 * Any server that speaks one of the protocols: config must name its `base_url`, and its key if it
 * needs one.
 */

import type { ProviderEntry } from '../entry.ts';

export const custom: ProviderEntry = {
  name: 'custom',
  title: 'Any compatible server',
  origins: {},
  keyVariables: [],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'x-api-key',
  },
  limitScope: 'unknown',
  limitScopeSource: 'n/v: nothing is known of the server',
  models: [],
  links: { docs: 'https://platform.openai.com/docs/api-reference' },
  verified: { origins: 'n/v', keyVariables: 'n/v', authStyle: 'n/v' },
  asOf: '2026-11-21',
};
