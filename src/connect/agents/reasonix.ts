/** Reasonix reads a provider from `config.toml`, and keys only from its own `.env`. */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

// Names: esengine/DeepSeek-Reasonix, docs/CONFIG_PATHS.md and GUIDE.md; 1.38.11 reads provider keys
// from `.env` of its home and not from the environment. It rewrites a file without config_version
// at its first start.
export const reasonix: Agent = {
  name: 'reasonix',
  title: 'Reasonix',
  folder: dotFolder('.reasonix', 'REASONIX_HOME'),
  connect: ({ url }, folder) => ({
    files: [
      {
        path: `${folder}/config.toml`,
        set: { default_model: 'holdfast' },
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
        whenNew: { config_version: 10 },
      },
    ],
    secretsFile: { path: `${folder}/.env`, variable: keyVariable },
    notes: ["A project's own reasonix.toml overrides this one"],
  }),
};
