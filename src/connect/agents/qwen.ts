/** Qwen Code: a model of ours among those of the OpenAI protocol in `settings.json`, its key in `.env` beside it. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

// Names: QwenLM/qwen-code, README (modelProviders, security.auth.selectedType), 0.15.10, which puts
// `$version` into a file without one. QWEN_HOME moves its folder.
export const qwen: Agent = {
  name: 'qwen',
  title: 'Qwen Code',
  programs: ['qwen'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, window: { context } }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/settings.json`,
        format: 'json',
        settings: [
          { path: ['security', 'auth', 'selectedType'], value: 'openai' },
          { path: ['model', 'name'], value: 'main' },
        ],
        item: {
          list: ['modelProviders', 'openai'],
          by: 'id',
          value: {
            id: 'main',
            name: 'Holdfast',
            baseUrl: `${url}/v1`,
            envKey: keyVariable,
            ...(context === undefined ? {} : { generationConfig: { contextWindowSize: context } }),
          },
        },
        whenNew: [{ path: ['$version'], value: 4 }],
        rivals: [
          ['security', 'auth', 'apiKey'],
          ['security', 'auth', 'baseUrl'],
        ],
      },
    ],
    keyFile: { path: `${folderOf(user)}/.env`, variable: keyVariable, format: 'dotenv' },
    shell: [],
    notes: [
      `Qwen Code reads one .env only: in a project that has its own, ${keyVariable} must be set in that one or in the shell`,
    ],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  return user.variable('QWEN_HOME') ?? `${user.home}/.qwen`;
}
