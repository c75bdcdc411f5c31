/** Codex: a model provider of ours in `config.toml`, its key from a command. */

import type { Agent, UserPlace } from '../settings.ts';

// Names: developers.openai.com/codex/config-reference and config-sample (October 2026): `wire_api` is only "responses" now;
// `auth` is a command that prints a bearer token, run again after 5 minutes and after a 401.
export const codex: Agent = {
  name: 'codex',
  title: 'Codex',
  programs: ['codex'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, keyCommand: [command, ...args] }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/config.toml`,
        format: 'toml',
        settings: [
          { path: ['model_provider'], value: 'holdfast' },
          { path: ['model'], value: 'main' },
          {
            path: ['model_providers', 'holdfast'],
            value: {
              name: 'Holdfast',
              base_url: `${url}/v1`,
              wire_api: 'responses',
              auth: { command, args },
            },
          },
        ],
      },
    ],
    shell: [],
    notes: ['For one run only: codex -c model_provider=holdfast -m main'],
    // Not `*mini*`: that is in "gemini" and "minimax" too. 0.169 names gpt-5.6-luna, and codex-auto-review to approve commands.
    aliases: {
      'gpt-*mini*': 'title_generation',
      'gpt-*luna*': 'title_generation',
      'codex-auto-review': 'main',
    },
  }),
};

function folderOf(user: UserPlace): string {
  return user.variable('CODEX_HOME') ?? `${user.home}/.codex`;
}
