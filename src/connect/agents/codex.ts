/** Codex reads a model provider from `config.toml`, and gets its key from a command. */

import { type Agent, dotFolder, exportKey, keyVariable } from '../settings.ts';

/** The profile in use outranks the top of the file, and a trusted project's file both. */
const over = {
  rivals: ['profiles.{profile}.model_provider'],
  above: ['.codex/config.toml'],
};

// Names: developers.openai.com/codex/config-reference and config-sample (October 2026): `wire_api`
// is only "responses" now; `auth` is a command that prints a bearer token, run again after 5
// minutes and after a 401. With `supports_websockets` it sends only what is new of a conversation
// (0.163 and 0.169); by HTTP a login's requests stay byte for byte what they are without us.
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
          // Without it Codex guesses, since it does not know a model called `main`.
          ...(context === undefined ? {} : { model_context_window: context }),
          'model_providers.holdfast': {
            name: 'Holdfast',
            base_url: `${url}/v1`,
            wire_api: 'responses',
            supports_websockets: true,
            auth: { command, args },
          },
        },
        ...over,
      },
    ],
    notes: ['For one run only: codex -c model_provider=holdfast -m main'],
    // Not `*mini*`: that is in "gemini" and "minimax" too. 0.169 asks for gpt-5.6-luna, and for
    // codex-auto-review to approve commands.
    aliases: {
      'gpt-*mini*': 'title_generation',
      'gpt-*luna*': 'title_generation',
      'codex-auto-review': 'main',
    },
  }),
  login: {
    provider: 'chatgpt',
    connect: ({ url, keyLine }, folder) => ({
      files: [
        {
          path: `${folder}/config.toml`,
          set: {
            model_provider: 'holdfast',
            'model_providers.holdfast': {
              name: 'Holdfast',
              base_url: `${url}/v1`,
              wire_api: 'responses',
              requires_openai_auth: true,
              env_http_headers: { 'x-holdfast-key': keyVariable },
            },
          },
          ...over,
        },
      ],
      shell: [exportKey(keyVariable, keyLine)],
      notes: ['log in with `codex login`; nothing here sees your password'],
    }),
  },
};
