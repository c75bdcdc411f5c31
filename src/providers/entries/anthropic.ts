/**
 * Anthropic: the reference of `anthropic-messages`. Newer models refuse a trailing assistant
 * message.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

const older = { contextWindow: 200_000, maxOutput: 64_000, prefill: true };

export const anthropic: ProviderEntry = {
  name: 'anthropic',
  title: 'Anthropic',
  origins: {
    'anthropic-messages': 'https://api.anthropic.com/v1',
    'openai-chat': 'https://api.anthropic.com/v1',
  },
  keyVariables: ['ANTHROPIC_API_KEY'],
  baseUrlVariables: [
    { variable: 'ANTHROPIC_BASE_URL', protocols: ['anthropic-messages'], suffix: '/v1' }, // [S]
  ],
  authStyle: { 'anthropic-messages': 'x-api-key', 'openai-chat': 'bearer' },
  keyPrefixes: ['sk-ant-'],
  accountHeader: 'anthropic-organization-id', // [D]
  defaultModel: 'claude-haiku-4-5',
  limitScope: 'organization',
  prefill: { accepted: 'model' }, // [D]
  behavior: { countsTokens: true, readsBillingLine: true, takesCacheMarks: ['anthropic-messages'] },
  models: modelsOf(
    {
      ...listed,
      contextWindow: 1_000_000,
      maxOutput: 128_000,
      thinks: 'optional',
      tools: true,
      images: true,
      prefill: false,
    },
    [
      { id: 'claude-haiku-4-5', aliases: ['claude-haiku-4-5-*'], ...older },
      { id: 'claude-haiku-5-5', aliases: ['claude-haiku-5-5-*'] },
      { id: 'claude-sonnet-5-5', aliases: ['claude-sonnet-5-5-*'], thinks: true },
      { id: 'claude-sonnet-4-6', aliases: ['claude-sonnet-4-6-*'] },
      { id: 'claude-sonnet-4-5', aliases: ['claude-sonnet-4-5-*'], ...older },
      { id: 'claude-opus-5-5', aliases: ['claude-opus-5-5-*'], thinks: true },
      { id: 'claude-opus-4-8', aliases: ['claude-opus-4-8-*'] },
      { id: 'claude-opus-4-5', aliases: ['claude-opus-4-5-*'], ...older },
      { id: 'claude-fable-5-2', thinks: true },
    ],
  ),
  links: {
    docs: 'https://platform.claude.com/docs',
    keys: 'https://console.anthropic.com/settings/keys',
    errors: 'https://platform.claude.com/docs/en/api/errors',
    limits: 'https://platform.claude.com/docs/en/api/rate-limits',
    status: 'https://status.claude.com',
    pricing: 'https://platform.claude.com/docs/en/about-claude/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', keyPrefixes: '3' },
  asOf: '2026-11-21',
};
