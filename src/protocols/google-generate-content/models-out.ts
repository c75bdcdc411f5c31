/** The model list in the Gemini API's shape: https://ai.google.dev/api/models, read 2026-11. */

import type { ModelName } from '../contract/model-list.ts';

export function encodeGoogleModels(models: readonly ModelName[]): object {
  return { models: models.map(encodeGoogleModel) };
}

export function encodeGoogleModel({ name }: ModelName): object {
  const supportedGenerationMethods = ['generateContent', 'streamGenerateContent', 'countTokens'];
  return { name: `models/${name}`, version: '', displayName: name, supportedGenerationMethods };
}
