/**
 * Azure OpenAI, by its API without versions: each resource has a host of its own, and a model is
 * called what its deployment was named. The older API by versions is a provider of `base_url`.
 */

import type { ProviderEntry } from '../entry.ts';

export const azure: ProviderEntry = {
  name: 'azure',
  title: 'Azure OpenAI',
  origins: {
    'openai-chat': 'https://{resource}.openai.azure.com/openai/v1',
    'openai-responses': 'https://{resource}.openai.azure.com/openai/v1',
  },
  parts: { resource: ['AZURE_RESOURCE_NAME'] }, // [S] @ai-sdk/azure
  alternativeOrigins: [
    {
      name: 'foundry',
      origins: {
        'openai-chat': 'https://{resource}.services.ai.azure.com/openai/v1',
        'openai-responses': 'https://{resource}.services.ai.azure.com/openai/v1',
      },
      note: 'The same resource by its name in Foundry, also for models that are not of OpenAI.',
      verified: 'D',
    },
  ],
  keyVariables: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
  authStyle: { 'openai-chat': 'api-key', 'openai-responses': 'api-key' },
  limitScope: 'account',
  models: [],
  links: {
    docs: 'https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle',
    keys: 'https://portal.azure.com',
    errors: 'https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota',
    limits: 'https://learn.microsoft.com/azure/ai-foundry/openai/quotas-limits',
    status: 'https://azure.status.microsoft',
    pricing: 'https://azure.microsoft.com/pricing/details/cognitive-services/openai-service/',
  },
  verified: { origins: 'D', keyVariables: 'S', authStyle: 'D' },
  asOf: '2026-11-25',
};
