/**
 * Gemini on Google's Vertex AI in express mode, where a key is enough. Projects and regions need a
 * token, which this entry does not make.
 */

import type { ProviderEntry } from '../entry.ts';
import { gemini } from './gemini.ts';

export const vertex: ProviderEntry = {
  name: 'vertex',
  title: 'Google Vertex AI, express mode',
  origins: {
    'google-generate-content': 'https://aiplatform.googleapis.com/v1/publishers/google',
  },
  keyVariables: ['GOOGLE_VERTEX_API_KEY'],
  authStyle: { 'google-generate-content': 'x-goog-api-key' },
  keyPrefixes: ['AIza'],
  defaultModel: 'gemini-3.8-flash',
  limitScope: 'project',
  historyRepairs: {
    'google-generate-content': gemini.historyRepairs?.['google-generate-content'] ?? [],
  },
  behavior: { countsTokens: true },
  models: gemini.models,
  links: {
    docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview',
    keys: 'https://console.cloud.google.com/vertex-ai/studio/settings/api-keys',
    errors: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors',
    limits: 'https://cloud.google.com/vertex-ai/generative-ai/docs/quotas',
    status: 'https://status.cloud.google.com',
    pricing: 'https://cloud.google.com/vertex-ai/generative-ai/pricing',
  },
  verified: { origins: 'S', keyVariables: 'S', authStyle: 'S', keyPrefixes: '3' },
  asOf: '2026-11-25',
};
