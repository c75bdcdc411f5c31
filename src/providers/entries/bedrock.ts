/**
 * Amazon Bedrock by a key, which belongs to the region that it was made in: OpenAI's protocols at
 * its runtime, Anthropic's, for Claude alone, at its second endpoint, called mantle.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';
import { anthropic } from './anthropic.ts';

/** Claude's models that Bedrock lists by this id, without a prefix for regions. */
const claudes = [
  'claude-haiku-4-5',
  'claude-sonnet-4-5',
  'claude-sonnet-4-6',
  'claude-opus-4-5',
  'claude-opus-4-8',
];

export const bedrock: ProviderEntry = {
  name: 'bedrock',
  title: 'Amazon Bedrock',
  origins: {
    'openai-chat': 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1',
    'openai-responses': 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1',
    'anthropic-messages': 'https://bedrock-mantle.{region}.api.aws/anthropic/v1',
  },
  parts: { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'] }, // [S] @anthropic-ai/bedrock-sdk
  alternativeOrigins: [
    {
      name: 'runtime',
      origins: {
        'openai-chat': 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1',
        'openai-responses': 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1',
        'anthropic-messages': 'https://bedrock-runtime.{region}.amazonaws.com/anthropic/v1',
      },
      note: 'Claude at the runtime, by the ids of inference profiles (`global.anthropic.…`).',
      verified: 'D',
    },
    {
      name: 'mantle',
      origins: {
        'openai-chat': 'https://bedrock-mantle.{region}.api.aws/v1',
        'openai-responses': 'https://bedrock-mantle.{region}.api.aws/v1',
        'anthropic-messages': 'https://bedrock-mantle.{region}.api.aws/anthropic/v1',
      },
      note: 'Models and features that the runtime lacks: Responses of GPT OSS, background, tools of the server.',
      verified: 'D',
    },
  ],
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  authStyle: {
    'openai-chat': 'bearer',
    'openai-responses': 'bearer',
    'anthropic-messages': 'bearer',
  },
  keyPrefixes: ['ABSK', 'bedrock-api-key-'],
  defaultModel: 'anthropic.claude-haiku-4-5',
  limitScope: 'account',
  // Claude is refused in OpenAI's protocols, all others in Anthropic's.
  // [I] BerriAI/litellm-docs 1580
  served: [
    { models: '*anthropic.*', in: ['anthropic-messages'] },
    { models: '*openai.gpt-oss-*', in: ['openai-chat'] },
    { models: '*', in: ['openai-chat', 'openai-responses'] },
  ],
  prefill: { accepted: 'model' }, // n/v
  // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html, read 2026-11.
  behavior: { countsTokens: true, takesCacheMarks: ['anthropic-messages'] },
  models: [
    ...anthropic.models
      .filter(({ id }) => claudes.includes(id))
      .map((model) => ({
        ...model,
        id: `anthropic.${model.id}`,
        aliases: [`*anthropic.${model.id}-*`, `*.anthropic.${model.id}`],
      })),
    ...modelsOf({ ...listed, contextWindow: 128_000, tools: true, images: false, thinks: true }, [
      { id: 'openai.gpt-oss-120b-1:0', aliases: ['openai.gpt-oss-120b*'] },
      { id: 'openai.gpt-oss-20b-1:0', aliases: ['openai.gpt-oss-20b*'] },
    ]),
  ],
  links: {
    docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html',
    keys: 'https://console.aws.amazon.com/bedrock/home#/api-keys',
    errors:
      'https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html',
    limits: 'https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html',
    status: 'https://health.aws.amazon.com/health/status',
    pricing: 'https://aws.amazon.com/bedrock/pricing/',
  },
  verified: { origins: 'D', keyVariables: 'S', authStyle: 'D', keyPrefixes: '3' },
  asOf: '2026-11-25',
};
