/** Continue reads a model from `config.yaml`, and its key from `~/.continue/.env`. */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

// Names: docs.continue.dev/reference (config.yaml) and /customize/model-providers/top-level/openai;
// secrets are read from ~/.continue/.env. The first model of a role is its default.
export const continueAgent: Agent = {
  name: 'continue',
  title: 'Continue',
  programs: ['cn'],
  folder: dotFolder('.continue', 'CONTINUE_GLOBAL_DIR'),
  connect: ({ url }, folder) => ({
    files: [
      {
        path: `${folder}/config.yaml`,
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
        whenNew: { name: 'My config', version: '1.0.0', schema: 'v1' },
      },
    ],
    secretsFile: { path: `${folder}/.env`, variable: keyVariable },
  }),
};
