/**
 * Xiaomi MiMo: pay-as-you-go by default; a Token Plan key works only at the address its
 * subscription page shows.
 */

import type { AlternativeOrigin, Origins, ProviderEntry, Verification } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

function originsAt(host: string): Origins {
  const site = `https://${host}.xiaomimimo.com`;
  return { 'openai-chat': `${site}/v1`, 'anthropic-messages': `${site}/anthropic/v1` };
}

function tokenPlan(cluster: string, verified: Verification): Omit<AlternativeOrigin, 'note'> {
  return {
    name: `token-plan-${cluster}`,
    origins: originsAt(`token-plan-${cluster}`),
    keyPrefixes: ['tp-'],
    keyVariables: [`XIAOMI_TOKEN_PLAN_${cluster.toUpperCase()}_API_KEY`],
    verified,
  };
}

export const xiaomi: ProviderEntry = {
  name: 'xiaomi',
  title: 'Xiaomi MiMo',
  origins: originsAt('api'),
  alternativeOrigins: [
    {
      ...tokenPlan('cn', 'D'),
      note: 'Token Plan subscriptions of the China cluster; their keys begin with tp- and work nowhere else.',
    },
    { ...tokenPlan('sgp', 'I'), note: 'Token Plan subscriptions of the Singapore cluster.' },
    { ...tokenPlan('ams', 'I'), note: 'Token Plan subscriptions of the Amsterdam cluster.' },
  ],
  // The vendor's own pages write MIMO_API_KEY; agents (Hermes, pi, OpenClaw) read XIAOMI_API_KEY.
  keyVariables: ['XIAOMI_API_KEY', 'MIMO_API_KEY'],
  baseUrlVariables: [
    { variable: 'XIAOMI_BASE_URL', protocols: ['openai-chat'] }, // [S]
    { variable: 'MIMO_BASE_URL', protocols: ['openai-chat'] }, // n/v
  ],
  authStyle: { 'openai-chat': 'bearer', 'anthropic-messages': 'bearer' },
  defaultModel: 'mimo-v2.6-pro',
  limitScope: 'account',
  // https://platform.xiaomimimo.com/docs, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'thinking', value: { type: 'disabled' } } },
  behavior: { requiresReasoningBack: true },
  models: [
    ...modelsOf(
      {
        ...listed,
        contextWindow: 1_048_576,
        maxOutput: 131_072,
        thinks: 'optional',
        tools: true,
        images: true,
      },
      [{ id: 'mimo-v2.6-pro' }, { id: 'mimo-v2.6-flash' }, { id: 'mimo-v2.6-pro-ultraspeed' }],
    ),
    ...modelsOf(
      {
        asOf: '2026-09-22',
        verified: 'I',
        contextWindow: 1_048_576,
        maxOutput: 131_072,
        thinks: 'optional',
        tools: true,
        retiredOn: '2026-10-21',
      },
      [
        { id: 'mimo-v2.5-pro', aliases: ['mimo-v2.5-pro[1m]'], images: false },
        { id: 'mimo-v2.5', images: true },
      ],
    ),
  ],
  links: {
    docs: 'https://platform.xiaomimimo.com/#/docs',
    keys: 'https://platform.xiaomimimo.com/#/console/api-keys',
    errors: 'https://platform.xiaomimimo.com/docs/en-US/quick-start/error-codes',
    limits: 'https://mimo.mi.com/docs/en-US/quick-start/summary/rate-limit',
    pricing: 'https://mimo.mi.com/docs/zh-CN/price/pay-as-you-go',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D' },
  asOf: '2026-11-21',
};
