/**
 * Reasonix: a provider of ours in `config.toml`, its key in the `.env` that is the only place where
 * it looks for keys.
 */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

// Names: esengine/DeepSeek-Reasonix, docs/CONFIG_PATHS.md and GUIDE.md; 1.38.11 takes provider keys
// from `.env` of its home and not from the environment. A file without config_version is written
// anew at the first start.
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
    keyFile: { path: `${folder}/.env`, variable: keyVariable },
    notes: ["A project's own reasonix.toml stands before this one"],
  }),
};
