/** Aider: address and models in `.aider.conf.yml`, what it must know of them beside it, its key in its own file of keys. */

import type { Agent, GatewayPlace, SettingObject, SettingsFile, UserPlace } from '../settings.ts';

// Names: aider.chat/docs/config/aider_conf.html, /docs/llms/openai-compat.html and /docs/config/adv-model-settings.html;
// `openai/` chooses its OpenAI-compatible client. 0.86.2 takes a model that it does not know for a weak one: whole files
// instead of edits, and no map of the repository. It reads `.aider/oauth-keys.env` first of all its files of variables.
export const aider: Agent = {
  name: 'aider',
  title: 'Aider',
  programs: ['aider'],
  folders: (user) => [`${user.home}/.aider`, `${user.home}/.aider.conf.yml`],
  connect: (gateway, user) => ({
    files: [
      {
        path: `${user.home}/.aider.conf.yml`,
        format: 'yaml',
        settings: [
          { path: ['openai-api-base'], value: `${gateway.url}/v1` },
          { path: ['model'], value: 'openai/main' },
          { path: ['weak-model'], value: `openai/${gateway.sideTask}` },
        ],
        rivals: [['openai-api-key']],
      },
      {
        path: `${user.home}/.aider.model.settings.yml`,
        format: 'yaml',
        settings: [],
        item: {
          list: [],
          by: 'name',
          value: { name: 'openai/main', edit_format: 'diff', use_repo_map: true, examples_as_sys_msg: true },
        },
      },
      ...metadata(gateway, user),
    ],
    keyFile: { path: `${user.home}/.aider/oauth-keys.env`, variable: 'OPENAI_API_KEY', format: 'dotenv' },
    shell: [],
    notes: ["A repository's own .aider.conf.yml and .env stand before these"],
    aliases: {},
  }),
};

/** What Aider looks up in its catalogue for a model that is in it; nothing where the window is unknown to us too. */
function metadata(
  { window: { context, output }, sideTask }: GatewayPlace,
  { home }: UserPlace,
): readonly SettingsFile[] {
  if (context === undefined) return [];
  const facts: SettingObject = {
    max_input_tokens: context,
    max_tokens: output ?? context,
    max_output_tokens: output ?? context,
    litellm_provider: 'openai',
    mode: 'chat',
  };
  const names = new Set(['openai/main', `openai/${sideTask}`]);
  return [
    {
      path: `${home}/.aider.model.metadata.json`,
      format: 'json',
      settings: [...names].map((name) => ({ path: [name], value: facts })),
    },
  ];
}
