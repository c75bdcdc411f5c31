/**
 * DeepSeek: OpenAI- and Anthropic-shaped; concurrency counts per account, so further keys of one
 * account do not help.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf, olderChat } from '../shared-facts.ts';

export const deepseek: ProviderEntry = {
  name: 'deepseek',
  title: 'DeepSeek',
  origins: {
    'openai-chat': 'https://api.deepseek.com/v1',
    'anthropic-messages': 'https://api.deepseek.com/anthropic/v1',
  },
  keyVariables: ['DEEPSEEK_API_KEY'],
  baseUrlVariables: [{ variable: 'DEEPSEEK_BASE_URL', protocols: ['openai-chat'] }], // [S]
  authStyle: { 'openai-chat': 'bearer', 'anthropic-messages': 'x-api-key' },
  defaultModel: 'deepseek-flash',
  limitScope: 'account',
  bodyEdits: { 'openai-chat': olderChat },
  prefill: {
    accepted: true,
    messageFields: { 'openai-chat': 'prefix' },
    origin: 'https://api.deepseek.com/beta',
  }, // [D]
  // https://api-docs.deepseek.com/guides/thinking_mode, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'thinking', value: { type: 'disabled' } } },
  behavior: {
    // The vendor closes a connection on which nothing has started after ten minutes.
    slowStartMs: 600_000,
    requiresReasoningBack: true,
  },
  models: [
    ...modelsOf({ ...listed, contextWindow: 1_000_000, thinks: 'optional', tools: true }, [
      {
        id: 'deepseek-flash',
        aliases: ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
        maxOutput: 393_216,
        images: true,
      },
      { id: 'deepseek-v4-pro', maxOutput: 384_000, images: false },
    ]),
    ...modelsOf(
      {
        asOf: '2026-06-11',
        verified: '3',
        contextWindow: 1_000_000,
        tools: true,
        images: false,
        retiredOn: '2026-07-24',
      },
      [
        { id: 'deepseek-chat', thinks: false },
        { id: 'deepseek-reasoner', thinks: true },
      ],
    ),
  ],
  links: {
    docs: 'https://api-docs.deepseek.com',
    keys: 'https://platform.deepseek.com/api_keys',
    errors: 'https://api-docs.deepseek.com/quick_start/error_codes',
    limits: 'https://api-docs.deepseek.com/quick_start/rate_limit',
    status: 'https://status.deepseek.com',
    pricing: 'https://api-docs.deepseek.com/quick_start/pricing',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S' },
  asOf: '2026-11-21',
};
