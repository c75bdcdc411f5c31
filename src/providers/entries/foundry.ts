/**
 * Claude in Microsoft Foundry: Anthropic's API at the host of a resource. A deployment has its
 * model's id unless it was given another name.
 */

import type { ProviderEntry } from '../entry.ts';
import { anthropic } from './anthropic.ts';

export const foundry: ProviderEntry = {
  name: 'foundry',
  title: 'Claude in Microsoft Foundry',
  origins: { 'anthropic-messages': 'https://{resource}.services.ai.azure.com/anthropic/v1' },
  parts: { resource: ['ANTHROPIC_FOUNDRY_RESOURCE'] }, // [S] @anthropic-ai/foundry-sdk
  keyVariables: ['ANTHROPIC_FOUNDRY_API_KEY'],
  baseUrlVariables: [
    {
      variable: 'ANTHROPIC_FOUNDRY_BASE_URL', // [S]
      protocols: ['anthropic-messages'],
      suffix: '/v1',
    },
  ],
  authStyle: { 'anthropic-messages': 'x-api-key' },
  defaultModel: 'claude-haiku-4-5',
  limitScope: 'account',
  prefill: { accepted: 'model' }, // n/v
  // https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry, read 2026-11.
  behavior: { countsTokens: true, takesCacheMarks: ['anthropic-messages'] },
  models: anthropic.models,
  links: {
    docs: 'https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry',
    keys: 'https://ai.azure.com',
    errors: 'https://platform.claude.com/docs/en/api/errors',
    limits:
      'https://learn.microsoft.com/azure/ai-foundry/foundry-models/how-to/use-foundry-models-claude',
    status: 'https://azure.status.microsoft',
    pricing: 'https://platform.claude.com/docs/en/about-claude/pricing',
  },
  verified: { origins: 'S', keyVariables: 'S', authStyle: 'S' },
  asOf: '2026-11-25',
};
