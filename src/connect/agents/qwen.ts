/**
 * Qwen Code reads a model of the OpenAI protocol from `settings.json`, and its key from `.env`
 * beside it.
 */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

// Names: QwenLM/qwen-code, README (modelProviders, security.auth.selectedType), 0.15.10, which adds
// `$version` to a file without one. QWEN_HOME moves its folder.
export const qwen: Agent = {
  name: 'qwen',
  title: 'Qwen Code',
  folder: dotFolder('.qwen', 'QWEN_HOME'),
  connect: ({ url, window: { context }, takesImages }, folder) => ({
    files: [
      {
        path: `${folder}/settings.json`,
        set: { 'security.auth.selectedType': 'openai', 'model.name': 'main' },
        item: {
          list: ['modelProviders', 'openai'],
          by: 'id',
          value: {
            id: 'main',
            name: 'Holdfast',
            baseUrl: `${url}/v1`,
            envKey: keyVariable,
            ...(context === undefined && !takesImages
              ? {}
              : {
                  generationConfig: {
                    ...(context !== undefined && { contextWindowSize: context }),
                    // Without it Qwen Code sends a sentence in place of each image.
                    ...(takesImages && { modalities: { image: true } }),
                  },
                }),
          },
        },
        whenNew: { $version: 4 },
        rivals: ['security.auth.apiKey', 'security.auth.baseUrl'],
        above: ['.qwen/settings.json'],
      },
    ],
    secretsFile: { path: `${folder}/.env`, variable: keyVariable },
    notes: [
      `Qwen Code reads one .env only: in a project that has its own, ${keyVariable} must be set in that one or in the shell`,
    ],
  }),
};
