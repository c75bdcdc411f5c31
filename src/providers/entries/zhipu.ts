/**
 * Zhipu GLM: open.bigmodel.cn by default; Z.ai is the international site. Both have addresses for
 * coding plans, and `/api/anthropic` is one of them: it draws on the plan, and refuses a balance
 * (zai-org/feedback issue 316, DayuanJiang/next-ai-draw-io pull request 935,
 * https://docs.z.ai/devpack/faq, read 2026-11).
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf, olderChat } from '../shared-facts.ts';

export const zhipu: ProviderEntry = {
  name: 'zhipu',
  title: 'Zhipu GLM (Z.ai)',
  origins: { 'openai-chat': 'https://open.bigmodel.cn/api/paas/v4' },
  alternativeOrigins: [
    {
      name: 'zai',
      origins: { 'openai-chat': 'https://api.z.ai/api/paas/v4' },
      hasOwnKeys: true,
      note: 'Z.ai, the international site, pay-as-you-go.',
      keyVariables: ['ZAI_API_KEY', 'Z_AI_API_KEY', 'GLM_API_KEY'],
      links: { docs: 'https://docs.z.ai', keys: 'https://z.ai/manage-apikey/apikey-list' },
      verified: '3',
    },
    {
      name: 'zai-coding',
      origins: {
        'openai-chat': 'https://api.z.ai/api/coding/paas/v4',
        'anthropic-messages': 'https://api.z.ai/api/anthropic/v1',
        'openai-responses': 'https://api.z.ai/api/v1',
      },
      note: 'The GLM Coding Plan of Z.ai.',
      verified: '3',
    },
    {
      name: 'coding',
      origins: {
        'openai-chat': 'https://open.bigmodel.cn/api/coding/paas/v4',
        'anthropic-messages': 'https://open.bigmodel.cn/api/anthropic/v1',
      },
      note: 'The GLM Coding Plan of open.bigmodel.cn.',
      keyVariables: ['ZAI_CODING_CN_API_KEY'],
      verified: 'S',
    },
  ],
  keyVariables: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY'],
  authStyle: { 'openai-chat': 'bearer', 'anthropic-messages': 'bearer' },
  defaultModel: 'glm-5.3-flash',
  limitScope: 'account',
  bodyEdits: { 'openai-chat': olderChat },
  // https://docs.z.ai/guides/capabilities/thinking-mode, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'thinking', value: { type: 'disabled' } } },
  models: modelsOf(
    { ...listed, contextWindow: 1_000_000, maxOutput: 131_072, tools: true, images: false },
    [
      { id: 'glm-5.3-flash', thinks: true, images: true },
      { id: 'glm-5.3', aliases: ['glm-5.3-highspeed'], thinks: true },
      { id: 'glm-5.2', aliases: ['glm-5.2-highspeed'], thinks: 'optional' },
      { id: 'glm-4.7', contextWindow: 204_800, thinks: 'optional' },
    ],
  ),
  links: {
    docs: 'https://docs.bigmodel.cn',
    keys: 'https://open.bigmodel.cn/usercenter/apikeys',
    errors: 'https://docs.bigmodel.cn/cn/api/api-code',
    limits: 'https://docs.bigmodel.cn/cn/api/rate-limit',
  },
  verified: { origins: 'D', keyVariables: 'S', authStyle: 'D', bodyEdits: 'S' },
  asOf: '2026-11-21',
};
