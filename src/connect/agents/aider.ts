/**
 * Aider reads address and models from `.aider.conf.yml`, facts about the models from files beside
 * it, and its key from a file of its own.
 */

import { type Agent, dotFolder, type FileRow, type GatewayAddress } from '../settings.ts';

// Names: aider.chat/docs/config/aider_conf.html, /docs/llms/openai-compat.html and
// /docs/config/adv-model-settings.html; `openai/` selects its OpenAI-compatible client. 0.86.2
// assumes that an unknown model is weak: it sends whole files instead of edits, and no map of the
// repository. It reads `.aider/oauth-keys.env` before its other files of variables.
export const aider: Agent = {
  name: 'aider',
  title: 'Aider',
  folder: dotFolder('.aider'),
  traces: ({ home }) => [`${home}/.aider.conf.yml`],
  connect: (gateway, folder) => ({
    files: [
      {
        path: `${folder}.conf.yml`,
        set: {
          'openai-api-base': `${gateway.url}/v1`,
          model: 'openai/main',
          'weak-model': `openai/${gateway.sideTask}`,
        },
        rivals: ['openai-api-key'],
        above: ['.aider.conf.yml'],
      },
      {
        path: `${folder}.model.settings.yml`,
        item: {
          list: [],
          by: 'name',
          value: {
            name: 'openai/main',
            edit_format: 'diff',
            use_repo_map: true,
            examples_as_sys_msg: true,
          },
        },
      },
      ...metadata(gateway, `${folder}.model.metadata.json`),
    ],
    secretsFile: { path: `${folder}/oauth-keys.env`, variable: 'OPENAI_API_KEY', above: ['.env'] },
    notes: ["A repository's own .aider.conf.yml and .env override these"],
  }),
};

/**
 * Supplies the facts that Aider has in its catalogue for known models: the context window, if we
 * know it, and whether images are taken; nothing without either.
 */
function metadata(
  { window, sideTask, takesImages }: GatewayAddress,
  path: string,
): readonly FileRow[] {
  const { context, output = context } = window;
  const sizes =
    context === undefined || output === undefined
      ? {}
      : { max_input_tokens: context, max_tokens: output, max_output_tokens: output };
  const kind = { litellm_provider: 'openai', mode: 'chat' };
  const main = { ...sizes, ...(takesImages && { supports_vision: true }) };
  if (Object.keys(main).length === 0) return [];
  const side = sideTask === 'main' || context === undefined ? {} : { ...sizes, ...kind };
  return [
    {
      path,
      set: {
        'openai/main': { ...main, ...kind },
        ...(Object.keys(side).length > 0 && { [`openai/${sideTask}`]: side }),
      },
    },
  ];
}
