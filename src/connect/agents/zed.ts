/**
 * Zed reads an OpenAI-compatible provider from `settings.json`, and its key from a variable or its
 * own keychain entry.
 */

import { type Agent, configFolder, exportKey, keyVariable } from '../settings.ts';

/** Zed needs a context window for its token counter; the gateway enforces no such limit. */
const contextWindow = 200_000;

// Names: zed, docs/src/ai/use-api-access.md: `language_models.openai_compatible.<id>`, the key from
// <ID>_API_KEY.
export const zed: Agent = {
  name: 'zed',
  title: 'Zed',
  programs: ['zed', 'zeditor'],
  folder: configFolder('zed'),
  connect: ({ url, keyLine }, folder) => ({
    files: [
      {
        path: `${folder}/settings.json`,
        set: {
          'language_models.openai_compatible.holdfast': {
            api_url: `${url}/v1`,
            available_models: [
              { name: 'main', display_name: 'Holdfast main', max_tokens: contextWindow },
            ],
          },
          'agent.default_model.provider': 'holdfast',
          'agent.default_model.model': 'main',
        },
      },
    ],
    shell: [exportKey(keyVariable, keyLine)],
    notes: [
      'Or enter the key of `holdfast key` under Settings → AI → LLM Providers: Zed keeps it in the keychain',
    ],
  }),
};
