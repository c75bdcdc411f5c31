/** Continue: a model of ours in `config.yaml`, its key from `~/.continue/.env`. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

// Names: docs.continue.dev/reference (config.yaml) and /customize/model-providers/top-level/openai; secrets are read from
// ~/.continue/.env. The first model of a role is its default.
export const continueAgent: Agent = {
  name: 'continue',
  title: 'Continue',
  programs: ['cn'],
  folders: (user) => [folderOf(user)],
  connect: ({ url }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/config.yaml`,
        format: 'yaml',
        settings: [],
        item: {
          list: ['models'],
          by: 'name',
          value: {
            name: 'Holdfast',
            provider: 'openai',
            model: 'main',
            apiBase: `${url}/v1`,
            apiKey: `\${{ secrets.${keyVariable} }}`,
            roles: ['chat', 'edit', 'apply', 'summarize'],
          },
        },
        whenNew: [
          { path: ['name'], value: 'My config' },
          { path: ['version'], value: '1.0.0' },
          { path: ['schema'], value: 'v1' },
        ],
      },
    ],
    keyFile: { path: `${folderOf(user)}/.env`, variable: keyVariable, format: 'dotenv' },
    shell: [],
    notes: [],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  return user.variable('CONTINUE_GLOBAL_DIR') ?? `${user.home}/.continue`;
}
