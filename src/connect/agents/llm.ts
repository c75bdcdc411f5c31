/** `llm`: a model of ours in `extra-openai-models.yaml`, its key in `keys.json`, where `llm keys set` would put it. */

import type { Agent, UserPlace } from '../settings.ts';

// Names: llm.datasette.io, other-models (OpenAI-compatible models) and keys, 0.36; its folder is click's app dir.
export const llm: Agent = {
  name: 'llm',
  title: 'llm',
  programs: ['llm'],
  folders: (user) => [folderOf(user)],
  connect: ({ url }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/extra-openai-models.yaml`,
        format: 'yaml',
        settings: [],
        item: {
          list: [],
          by: 'model_id',
          value: {
            model_id: 'holdfast',
            model_name: 'main',
            api_base: `${url}/v1`,
            api_key_name: 'holdfast',
            supports_tools: true,
            supports_schema: true,
          },
        },
      },
    ],
    keyFile: { path: `${folderOf(user)}/keys.json`, variable: 'holdfast', format: 'json' },
    shell: [],
    notes: ['`llm -m holdfast` asks it; as the default: llm models default holdfast'],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  const mac = `${user.home}/Library/Application Support`;
  const shared = user.exists(mac) ? mac : (user.variable('XDG_CONFIG_HOME') ?? `${user.home}/.config`);
  return user.variable('LLM_USER_PATH') ?? `${shared}/io.datasette.llm`;
}
