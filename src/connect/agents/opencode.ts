/** OpenCode: a provider of ours in its global config, the key read from our key file or a variable. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

// Names: opencode.ai/docs/config (JSON or JSONC, `small_model`, `{file:…}`, `{env:…}`) and /docs/providers (custom provider).
export const opencode: Agent = {
  name: 'opencode',
  title: 'OpenCode',
  programs: ['opencode'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, keyLine, keyFile, sideTask }, user) => {
    const path = `${folderOf(user)}/opencode.json`;
    const names = [...new Set(['main', sideTask])];
    return {
      files: [
        {
          path: user.exists(`${path}c`) ? `${path}c` : path,
          format: 'json',
          settings: [
            { path: ['model'], value: 'holdfast/main' },
            { path: ['small_model'], value: `holdfast/${sideTask}` },
            {
              path: ['provider', 'holdfast'],
              value: {
                npm: '@ai-sdk/openai-compatible',
                name: 'Holdfast',
                options: {
                  baseURL: `${url}/v1`,
                  apiKey: keyFile === undefined ? `{env:${keyVariable}}` : `{file:${keyFile}}`,
                },
                models: Object.fromEntries(names.map((name) => [name, { name: `Holdfast ${name}` }])),
              },
            },
          ],
          whenNew: [{ path: ['$schema'], value: 'https://opencode.ai/config.json' }],
        },
      ],
      shell: keyFile === undefined ? [`export ${keyVariable}="$(${keyLine})"`] : [],
      notes: ["A project's own opencode.json stands before this one"],
      aliases: {},
    };
  },
};

function folderOf(user: UserPlace): string {
  return `${user.variable('XDG_CONFIG_HOME') ?? `${user.home}/.config`}/opencode`;
}
