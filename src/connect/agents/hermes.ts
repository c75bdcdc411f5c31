/** Hermes Agent: a named custom provider in `config.yaml`, its key from a variable. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

// Names: NousResearch/hermes-agent, website/docs/integrations/providers.md (named custom providers: base_url, key_env,
// api_mode); chosen by `model.provider: custom:<name>` (docs.litellm.ai, proxy/client_setup/hermes, October 2026).
export const hermes: Agent = {
  name: 'hermes',
  title: 'Hermes Agent',
  programs: ['hermes'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, keyLine }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/config.yaml`,
        format: 'yaml',
        settings: [
          { path: ['model', 'default'], value: 'main' },
          { path: ['model', 'provider'], value: 'custom:holdfast' },
        ],
        item: {
          list: 'custom_providers',
          value: {
            name: 'holdfast',
            base_url: `${url}/v1`,
            key_env: keyVariable,
            api_mode: 'chat_completions',
          },
        },
        rivals: [
          ['model', 'base_url'],
          ['model', 'api_key'],
        ],
      },
    ],
    shell: [`export ${keyVariable}="$(${keyLine})"`],
    notes: [
      `The line may stand in ${folderOf(user)}/.env instead, with the key itself`,
      'To bring its models and keys along first: holdfast import hermes',
    ],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  return user.variable('HERMES_HOME') ?? `${user.home}/.hermes`;
}
