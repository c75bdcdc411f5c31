/** Hermes Agent: a named custom provider in `config.yaml`, its key in the `.env` that it reads by itself. */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

const title = 'auxiliary.title_generation';

// Names: NousResearch/hermes-agent, website/docs/integrations/providers.md (named custom providers: base_url, key_env,
// api_mode); chosen by `model.provider: custom:<name>`, in `auxiliary.<task>` too. Seen in 0.14.0 and 0.19.0: both load
// `.env` of HERMES_HOME over the environment, so that a service has the key as well as a shell.
export const hermes: Agent = {
  name: 'hermes',
  title: 'Hermes Agent',
  programs: ['hermes'],
  folder: dotFolder('.hermes', 'HERMES_HOME'),
  connect: ({ url, sideTask }, folder) => {
    // without a task of ours for them, titles are asked of the session's own model, which is `main`
    const hasTitles = sideTask !== 'main';
    return {
      files: [
        {
          path: `${folder}/config.yaml`,
          set: {
            'model.default': 'main',
            'model.provider': 'custom:holdfast',
            ...(hasTitles && { [`${title}.provider`]: 'custom:holdfast', [`${title}.model`]: sideTask }),
          },
          item: {
            list: ['custom_providers'],
            by: 'name',
            value: {
              name: 'holdfast',
              base_url: `${url}/v1`,
              key_env: keyVariable,
              api_mode: 'chat_completions',
            },
          },
          rivals: ['model.base_url', 'model.api_key', ...(hasTitles ? [`${title}.base_url`] : [])],
        },
      ],
      keyFile: { path: `${folder}/.env`, variable: keyVariable, format: 'dotenv' },
      notes: ['To bring its models and keys along first: holdfast import hermes'],
    };
  },
};
