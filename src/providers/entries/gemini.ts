/**
 * Google Gemini, in its own protocol and through its OpenAI-compatible origin; both refuse body
 * fields that they do not know.
 */

import type { ProviderEntry } from '../entry.ts';
import { listed, modelsOf } from '../shared-facts.ts';

export const gemini: ProviderEntry = {
  name: 'gemini',
  title: 'Google Gemini',
  origins: {
    'google-generate-content': 'https://generativelanguage.googleapis.com/v1beta',
    'openai-chat': 'https://generativelanguage.googleapis.com/v1beta/openai',
  },
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  authStyle: { 'google-generate-content': 'x-goog-api-key', 'openai-chat': 'bearer' },
  keyPrefixes: ['AIza'],
  defaultModel: 'gemini-3.8-flash',
  limitScope: 'project',
  historyRepairs: {
    'openai-chat': [
      {
        // With this value the vendor accepts calls of other models:
        // https://ai.google.dev/gemini-api/docs/thought-signatures
        kind: 'sign-tool-calls',
        path: ['extra_content', 'google', 'thought_signature'],
        value: 'skip_thought_signature_validator',
      },
    ],
    'google-generate-content': [
      { kind: 'drop-sealed' },
      {
        kind: 'sign-tool-calls',
        path: ['thoughtSignature'],
        value: 'skip_thought_signature_validator',
      },
    ],
  },
  bodyEdits: { 'openai-chat': [{ kind: 'drop', field: 'store' }] },
  behavior: { countsTokens: true },
  models: modelsOf(
    {
      ...listed,
      contextWindow: 1_048_576,
      maxOutput: 65_536,
      thinks: true,
      tools: true,
      images: true,
    },
    [
      { id: 'gemini-3.8-flash' },
      { id: 'gemini-4-argon', maxOutput: 32_768 },
      { id: 'gemini-3.5-flash-lite' },
      { id: 'gemini-2.5-pro' },
      { id: 'gemini-2.5-flash', thinks: 'optional' },
    ],
  ),
  links: {
    docs: 'https://ai.google.dev/api/generate-content',
    keys: 'https://aistudio.google.com/apikey',
    errors: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
    limits: 'https://ai.google.dev/gemini-api/docs/rate-limits',
    status: 'https://aistudio.google.com/status',
    pricing: 'https://ai.google.dev/gemini-api/docs/pricing',
  },
  verified: { origins: 'D', keyVariables: 'S', authStyle: 'D', bodyEdits: 'I', keyPrefixes: '3' },
  asOf: '2026-11-22',
};
