/** MiniMax: international site by default; the native API reports errors inside HTTP 200. */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const minimax: ProviderEntry = {
  name: 'minimax',
  title: 'MiniMax',
  origins: {
    'openai-chat': 'https://api.minimax.io/v1',
    'openai-responses': 'https://api.minimax.io/v1',
    'anthropic-messages': 'https://api.minimax.io/anthropic/v1',
  },
  alternativeOrigins: [
    {
      name: 'china',
      origins: {
        'openai-chat': 'https://api.minimaxi.com/v1',
        'anthropic-messages': 'https://api.minimaxi.com/anthropic/v1',
      },
      hasOwnKeys: true,
      links: {
        keys: 'https://platform.minimaxi.com/user-center/basic-information/interface-key',
      },
      note: 'Keys of platform.minimaxi.com; those of the international site do not work here.',
      keyVariables: ['MINIMAX_CN_API_KEY'],
      verified: 'S',
    },
  ],
  keyVariables: ['MINIMAX_API_KEY'],
  baseUrlVariables: [{ variable: 'MINIMAX_BASE_URL', protocols: ['openai-chat'] }], // [S]
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  // One account holds two balances: standard keys draw from one, subscription keys (sk-cp-) from
  // the other.
  keyPrefixes: ['sk-api-', 'sk-cp-'],
  defaultModel: 'MiniMax-M3',
  limitScope: 'account',
  limitScopeSource:
    'n/v: plan windows and balance belong to the account; nothing states the scope of requests per minute',
  models: modelsOf(
    {
      ...listed,
      contextWindow: 1_000_000,
      maxOutput: 524_288,
      thinks: 'optional',
      tools: true,
      images: true,
    },
    [
      { id: 'MiniMax-M3' },
      { id: 'MiniMax-M3.1-Flash', aliases: ['MiniMax-M3.1-Flash-Preview'], thinks: true },
      {
        id: 'MiniMax-M2.7',
        aliases: ['MiniMax-M2.7-highspeed'],
        contextWindow: 204_800,
        maxOutput: 131_072,
        images: false,
      },
    ],
  ),
  links: {
    docs: 'https://platform.minimax.io/docs',
    keys: 'https://platform.minimax.io/user-center/basic-information/interface-key',
    errors: 'https://platform.minimax.io/docs/api-reference/errorcode',
    limits: 'https://platform.minimax.io/docs/guides/rate-limits',
  },
  verified: { origins: '3', keyVariables: 'S', authStyle: '3', keyPrefixes: 'I' },
  asOf: '2026-11-21',
};
