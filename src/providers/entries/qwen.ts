/**
 * Alibaba Qwen (DashScope, Bailian, Model Studio): Beijing by default, as in the vendor's SDK; keys
 * belong to one region.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const qwen: ProviderEntry = {
  name: 'qwen',
  title: 'Alibaba Qwen (DashScope)',
  origins: {
    'openai-chat': 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    'anthropic-messages': 'https://dashscope.aliyuncs.com/apps/anthropic/v1',
  },
  alternativeOrigins: [
    {
      name: 'international',
      origins: {
        'openai-chat': 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
        'anthropic-messages': 'https://dashscope-intl.aliyuncs.com/apps/anthropic/v1',
      },
      hasOwnKeys: true,
      links: { keys: 'https://modelstudio.console.alibabacloud.com' },
      note: 'Model Studio, Singapore; Beijing answers 401 to its keys.',
      verified: 'D',
    },
    {
      name: 'us',
      origins: { 'openai-chat': 'https://dashscope-us.aliyuncs.com/compatible-mode/v1' },
      hasOwnKeys: true,
      note: 'Model Studio, Virginia.',
      verified: 'n/v',
    },
    {
      name: 'token-plan',
      origins: {
        'openai-chat': 'https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1',
      },
      note: 'Qwen Token Plan, Singapore.',
      keyVariables: ['QWEN_TOKEN_PLAN_API_KEY'],
      verified: 'S',
    },
    {
      name: 'token-plan-cn',
      origins: {
        'openai-chat': 'https://token-plan.cn-beijing.maas.aliyuncs.com/compatible-mode/v1',
      },
      note: 'Qwen Token Plan, Beijing.',
      keyVariables: ['QWEN_TOKEN_PLAN_CN_API_KEY'],
      verified: 'S',
    },
  ],
  keyVariables: ['DASHSCOPE_API_KEY'],
  baseUrlVariables: [{ variable: 'DASHSCOPE_BASE_URL', protocols: ['openai-chat'] }], // [S]
  authStyle: { 'openai-chat': 'bearer', 'anthropic-messages': 'x-api-key' },
  defaultModel: 'qwen-plus',
  limitScope: 'account',
  bodyEdits: { 'openai-chat': [{ kind: 'role', from: 'developer', to: 'system' }] },
  prefill: { accepted: true, messageFields: { 'openai-chat': 'partial' } }, // n/v
  // https://www.alibabacloud.com/help/en/model-studio/deep-thinking, read 2026-11.
  reasoningOff: { 'openai-chat': { field: 'enable_thinking', value: false } },
  models: [
    {
      id: 'qwen-plus',
      aliases: ['qwen-plus-latest'],
      contextWindow: 1_000_000,
      thinks: 'optional',
      tools: true,
      images: false,
      asOf: '2026-03-15',
      verified: 'n/v',
    },
    ...modelsOf(
      { ...listed, contextWindow: 1_000_000, maxOutput: 131_072, tools: true, images: true },
      [
        { id: 'qwen3.8-max', thinks: true },
        { id: 'qwen3.8-flash', thinks: true },
        { id: 'qwen3.7-plus', maxOutput: 65_536, thinks: 'optional' },
        { id: 'qwen3.7-max', thinks: 'optional', images: false },
      ],
    ),
  ],
  links: {
    docs: 'https://help.aliyun.com/zh/model-studio',
    keys: 'https://bailian.console.aliyun.com',
    errors: 'https://help.aliyun.com/zh/model-studio/error-code',
    limits: 'https://help.aliyun.com/zh/model-studio/rate-limit',
  },
  verified: { origins: 'D', keyVariables: 'D', authStyle: 'D', bodyEdits: 'S' },
  asOf: '2026-11-21',
};
