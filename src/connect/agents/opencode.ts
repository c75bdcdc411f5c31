/** OpenCode: a provider of ours in its global config, the key read from our key file or a variable. */

import { type Agent, configFolder, exportKey, keyVariable } from '../settings.ts';

// Names: opencode.ai/docs/config (JSON or JSONC, `small_model`, `{file:…}`, `{env:…}`) and /docs/providers (custom provider).
export const opencode: Agent = {
  name: 'opencode',
  title: 'OpenCode',
  programs: ['opencode'],
  folder: configFolder('opencode'),
  connect: ({ url, keyLine, keyFile, sideTask }, folder, user) => {
    const path = `${folder}/opencode.json`;
    const apiKey = keyFile === undefined ? `{env:${keyVariable}}` : `{file:${keyFile}}`;
    const models = Object.fromEntries(['main', sideTask].map((name) => [name, { name: `Holdfast ${name}` }]));
    return {
      files: [
        {
          path: user.exists(`${path}c`) ? `${path}c` : path,
          set: {
            model: 'holdfast/main',
            small_model: `holdfast/${sideTask}`,
            'provider.holdfast': {
              npm: '@ai-sdk/openai-compatible',
              name: 'Holdfast',
              options: { baseURL: `${url}/v1`, apiKey },
              models,
            },
          },
          whenNew: { $schema: 'https://opencode.ai/config.json' },
        },
      ],
      shell: keyFile === undefined ? [exportKey(keyVariable, keyLine)] : [],
      notes: ["A project's own opencode.json stands before this one"],
    };
  },
};
