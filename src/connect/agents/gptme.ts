/** gptme reads a provider from `config.toml`, and the key and the default model from variables. */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, configFolder, exportKey, keyVariable } from '../settings.ts';

// Names: gptme.org/docs/providers-custom.html ([[providers]], api_key_env, default_model) and
// /config.html (MODEL).
export const gptme: Agent = {
  name: 'gptme',
  title: 'gptme',
  folder: configFolder('gptme'),
  connect: ({ url, keyLine }, folder) => ({
    files: [
      {
        path: `${folder}/config.toml`,
        item: {
          list: ['providers'],
          by: 'name',
          value: {
            name: 'holdfast',
            base_url: `${url}/v1`,
            api_key_env: keyVariable,
            default_model: 'main',
          },
        },
      },
    ],
    shell: [exportKey(keyVariable, keyLine), shellLine`export MODEL=holdfast/main`],
    notes: ['For one run only: gptme -m holdfast/main'],
  }),
};
