/** Codex: a model provider of ours in `config.toml`, its key from a command. */

import { type Agent, dotFolder } from '../settings.ts';

// Names: developers.openai.com/codex/config-reference and config-sample (October 2026): `wire_api`
// is only "responses" now; `auth` is a command that prints a bearer token, run again after 5
// minutes and after a 401.
export const codex: Agent = {
  name: 'codex',
  title: 'Codex',
  folder: dotFolder('.codex', 'CODEX_HOME'),
  connect: ({ url, keyCommand: [command, ...args], window: { context } }, folder) => ({
    files: [
      {
        path: `${folder}/config.toml`,
        set: {
          model_provider: 'holdfast',
          model: 'main',
          // Told of none it guesses, since `main` is no model that it knows.
          ...(context === undefined ? {} : { model_context_window: context }),
          'model_providers.holdfast': {
            name: 'Holdfast',
            base_url: `${url}/v1`,
            wire_api: 'responses',
            auth: { command, args },
          },
        },
      },
    ],
    notes: ['For one run only: codex -c model_provider=holdfast -m main'],
    // Not `*mini*`: that is in "gemini" and "minimax" too. 0.169 names gpt-5.6-luna, and
    // codex-auto-review to approve commands.
    aliases: {
      'gpt-*mini*': 'title_generation',
      'gpt-*luna*': 'title_generation',
      'codex-auto-review': 'main',
    },
  }),
};
