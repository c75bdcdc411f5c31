/** Hermes Agent: a named custom provider in `config.yaml`, its key in the `.env` that it reads by itself. */

import { type Agent, type GatewayPlace, keyVariable, type Setting, type UserPlace } from '../settings.ts';

// Names: NousResearch/hermes-agent, website/docs/integrations/providers.md (named custom providers: base_url, key_env,
// api_mode); chosen by `model.provider: custom:<name>`, in `auxiliary.<task>` too. Seen in 0.14.0 and 0.19.0: both load
// `.env` of HERMES_HOME over the environment, so that a service has the key as well as a shell.
export const hermes: Agent = {
  name: 'hermes',
  title: 'Hermes Agent',
  programs: ['hermes'],
  folders: (user) => [folderOf(user)],
  connect: (gateway, user) => ({
    files: [
      {
        path: `${folderOf(user)}/config.yaml`,
        format: 'yaml',
        settings: [
          { path: ['model', 'default'], value: 'main' },
          { path: ['model', 'provider'], value: 'custom:holdfast' },
          ...titleSettings(gateway),
        ],
        item: {
          list: ['custom_providers'],
          by: 'name',
          value: {
            name: 'holdfast',
            base_url: `${gateway.url}/v1`,
            key_env: keyVariable,
            api_mode: 'chat_completions',
          },
        },
        rivals: [
          ['model', 'base_url'],
          ['model', 'api_key'],
          ...(gateway.sideTask === 'main' ? [] : [[...titleTask, 'base_url']]),
        ],
      },
    ],
    keyFile: { path: `${folderOf(user)}/.env`, variable: keyVariable, format: 'dotenv' },
    shell: [],
    notes: ['To bring its models and keys along first: holdfast import hermes'],
    aliases: {},
  }),
};

const titleTask = ['auxiliary', 'title_generation'];

/** Without a task of ours for them, titles are asked of the session's own model, which is `main`. */
function titleSettings({ sideTask }: GatewayPlace): readonly Setting[] {
  if (sideTask === 'main') return [];
  return [
    { path: [...titleTask, 'provider'], value: 'custom:holdfast' },
    { path: [...titleTask, 'model'], value: sideTask },
  ];
}

function folderOf(user: UserPlace): string {
  return user.variable('HERMES_HOME') ?? `${user.home}/.hermes`;
}
