/**
 * pi reads a provider from `models.json`, its key from a command, and the default model from
 * `settings.json`.
 */

import { type Agent, dotFolder } from '../settings.ts';

// Names: pi-mono, packages/coding-agent/docs/models.md ("!command" as apiKey) and settings.md
// (defaultProvider, defaultModel).
export const pi: Agent = {
  name: 'pi',
  title: 'pi',
  folder: dotFolder('.pi/agent', 'PI_CODING_AGENT_DIR'),
  connect: ({ url, keyLine, sideTask, takesImages }, folder) => ({
    files: [
      {
        path: `${folder}/models.json`,
        set: {
          'providers.holdfast': {
            baseUrl: `${url}/v1`,
            api: 'openai-completions',
            apiKey: `!${keyLine}`,
            models: [...new Set(['main', sideTask])].map((id) => ({
              id,
              name: `Holdfast ${id}`,
              // Without it pi sends no image.
              ...(id === 'main' && takesImages && { input: ['text', 'image'] }),
            })),
          },
        },
      },
      {
        path: `${folder}/settings.json`,
        set: { defaultProvider: 'holdfast', defaultModel: 'main' },
      },
    ],
  }),
};
