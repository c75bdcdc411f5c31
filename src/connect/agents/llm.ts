/**
 * `llm` reads a model from `extra-openai-models.yaml`, and its key from `keys.json`, the file of
 * `llm keys set`.
 */

import { type Agent, configFolder } from '../settings.ts';

const appFolder = 'io.datasette.llm';

// Names: llm.datasette.io, other-models (OpenAI-compatible models) and keys, 0.36; its folder is
// click's app dir.
export const llm: Agent = {
  name: 'llm',
  title: 'llm',
  folder: (user) => {
    const mac = `${user.home}/Library/Application Support`;
    const usual = user.exists(mac) ? `${mac}/${appFolder}` : configFolder(appFolder)(user);
    return user.variable('LLM_USER_PATH') ?? usual;
  },
  connect: ({ url, takesImages }, folder) => ({
    files: [
      {
        path: `${folder}/extra-openai-models.yaml`,
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
            ...(takesImages && { vision: true }),
          },
        },
      },
    ],
    secretsFile: { path: `${folder}/keys.json`, variable: 'holdfast' },
    notes: ['`llm -m holdfast` asks it; as the default: llm models default holdfast'],
  }),
};
