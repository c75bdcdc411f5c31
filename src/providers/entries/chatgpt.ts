/**
 * ChatGPT's plans, as Codex uses them with a login of its own. Its login is refused at OpenAI's own
 * API ("Missing scopes: api.responses.write"), and a key of the API here.
 */

import type { ProviderEntry } from '../entry.ts';

export const chatgpt: ProviderEntry = {
  name: 'chatgpt',
  title: 'ChatGPT plans',
  origins: { 'openai-responses': 'https://chatgpt.com/backend-api/codex' },
  keyVariables: [],
  authStyle: { 'openai-responses': 'bearer' },
  accountHeader: 'chatgpt-account-id', // [R] Codex 0.169
  takesLoginsOnly: true,
  limitScope: 'account',
  limitScopeSource: 'n/v: the windows of a plan are those of its account',
  models: [],
  links: {
    docs: 'https://developers.openai.com/codex/auth',
    limits: 'https://developers.openai.com/codex/pricing',
    status: 'https://status.openai.com',
  },
  verified: { origins: 'I', keyVariables: 'I', authStyle: 'I' },
  asOf: '2026-11-25',
};
