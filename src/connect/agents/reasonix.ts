/** Reasonix: a provider of ours in `config.toml`, its key in the `.env` that is the only place where it looks for keys. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

// Names: esengine/DeepSeek-Reasonix, docs/CONFIG_PATHS.md and GUIDE.md; 1.38.11 takes provider keys from `.env` of its home
// and not from the environment. A file without config_version is written anew at the first start.
export const reasonix: Agent = {
  name: 'reasonix',
  title: 'Reasonix',
  programs: ['reasonix'],
  folders: (user) => [folderOf(user)],
  connect: ({ url }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/config.toml`,
        format: 'toml',
        settings: [{ path: ['default_model'], value: 'holdfast' }],
        item: {
          list: ['providers'],
          by: 'name',
          value: {
            name: 'holdfast',
            kind: 'openai',
            base_url: `${url}/v1`,
            model: 'main',
            api_key_env: keyVariable,
          },
        },
        whenNew: [{ path: ['config_version'], value: 10 }],
      },
    ],
    keyFile: { path: `${folderOf(user)}/.env`, variable: keyVariable, format: 'dotenv' },
    shell: [],
    notes: ["A project's own reasonix.toml stands before this one"],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  return user.variable('REASONIX_HOME') ?? `${user.home}/.reasonix`;
}
