/** Aider: address and models in `.aider.conf.yml`, its key from a variable. */

import type { Agent } from '../settings.ts';

// Names: aider.chat/docs/config/aider_conf.html and /docs/llms/openai-compat.html; `openai/` chooses its OpenAI-compatible client.
export const aider: Agent = {
  name: 'aider',
  title: 'Aider',
  programs: ['aider'],
  folders: (user) => [`${user.home}/.aider`, `${user.home}/.aider.conf.yml`],
  connect: ({ url, keyLine, sideTask }, user) => ({
    files: [
      {
        path: `${user.home}/.aider.conf.yml`,
        format: 'yaml',
        settings: [
          { path: ['openai-api-base'], value: `${url}/v1` },
          { path: ['model'], value: 'openai/main' },
          { path: ['weak-model'], value: `openai/${sideTask}` },
        ],
        rivals: [['openai-api-key']],
      },
    ],
    shell: [`export OPENAI_API_KEY="$(${keyLine})"`],
    notes: ["A repository's own .aider.conf.yml stands before this one"],
    aliases: {},
  }),
};
