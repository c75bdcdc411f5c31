/** pi: a provider of ours in `models.json`, its key from a command, and the default model in `settings.json`. */

import type { Agent, UserPlace } from '../settings.ts';

// Names: pi-mono, packages/coding-agent/docs/models.md ("!command" as apiKey) and settings.md (defaultProvider, defaultModel).
export const pi: Agent = {
  name: 'pi',
  title: 'pi',
  programs: ['pi'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, keyLine, sideTask }, user) => {
    const names = [...new Set(['main', sideTask])];
    return {
      files: [
        {
          path: `${folderOf(user)}/models.json`,
          format: 'json',
          settings: [
            {
              path: ['providers', 'holdfast'],
              value: {
                baseUrl: `${url}/v1`,
                api: 'openai-completions',
                apiKey: `!${keyLine}`,
                models: names.map((id) => ({ id, name: `Holdfast ${id}` })),
              },
            },
          ],
        },
        {
          path: `${folderOf(user)}/settings.json`,
          format: 'json',
          settings: [
            { path: ['defaultProvider'], value: 'holdfast' },
            { path: ['defaultModel'], value: 'main' },
          ],
        },
      ],
      shell: [],
      notes: [],
      aliases: {},
    };
  },
};

function folderOf(user: UserPlace): string {
  return user.variable('PI_CODING_AGENT_DIR') ?? `${user.home}/.pi/agent`;
}
