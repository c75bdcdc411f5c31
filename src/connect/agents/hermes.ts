/**
 * Hermes Agent reads a named custom provider from `config.yaml`, and its key from its own `.env`.
 */

import { type Agent, dotFolder, keyVariable } from '../settings.ts';

/**
 * Hermes's names for its side tasks. Those that we have too go to ours; all others go to its
 * session's model.
 */
const sideTasks = [
  'title_generation',
  'compression',
  'vision',
  'web_extract',
  'session_search',
  'approval',
  'mcp',
];

/**
 * With a smaller window Hermes does not start. Without any it assumes 256,000 tokens, and
 * compresses at half of them.
 */
const minWindow = 64_000;

// Names: NousResearch/hermes-agent, website/docs/integrations/providers.md (named custom providers:
// base_url, key_env, api_mode); selected by `model.provider: custom:<name>`, in `auxiliary.<task>`
// too. Seen in 0.14.0 and 0.19.0: both load `.env` of HERMES_HOME over the environment, so that a
// service has the key as well as a shell.
export const hermes: Agent = {
  name: 'hermes',
  title: 'Hermes Agent',
  folder: dotFolder('.hermes', 'HERMES_HOME'),
  connect: ({ url, tasks, window: { context = 0 } }, folder) => {
    const ours = sideTasks
      .filter((task) => tasks.includes(task))
      .map((task) => [task, `auxiliary.${task}`] as const);
    const routed = ours.flatMap(([task, key]) => [
      [`${key}.provider`, 'custom:holdfast'],
      [`${key}.model`, task],
    ]);
    return {
      files: [
        {
          path: `${folder}/config.yaml`,
          set: {
            'model.default': 'main',
            'model.provider': 'custom:holdfast',
            ...(context >= minWindow && { 'model.context_length': context }),
            ...Object.fromEntries(routed),
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
          rivals: ['model.base_url', 'model.api_key', ...ours.map(([, key]) => `${key}.base_url`)],
        },
      ],
      secretsFile: { path: `${folder}/.env`, variable: keyVariable },
      notes: ['To bring its models and keys along first: holdfast import hermes'],
    };
  },
};
