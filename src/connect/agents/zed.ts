/** Zed: an OpenAI-compatible provider of ours in `settings.json`, its key from a variable or Zed's own keychain entry. */

import { type Agent, keyVariable, type UserPlace } from '../settings.ts';

/** Zed wants a context window for its token counter; the engine refuses nothing for it. */
const contextWindow = 200_000;

// Names: zed, docs/src/ai/use-api-access.md: `language_models.openai_compatible.<id>`, the key from <ID>_API_KEY.
export const zed: Agent = {
  name: 'zed',
  title: 'Zed',
  programs: ['zed', 'zeditor'],
  folders: (user) => [folderOf(user)],
  connect: ({ url, keyLine }, user) => ({
    files: [
      {
        path: `${folderOf(user)}/settings.json`,
        format: 'json',
        settings: [
          {
            path: ['language_models', 'openai_compatible', 'holdfast'],
            value: {
              api_url: `${url}/v1`,
              available_models: [{ name: 'main', display_name: 'Holdfast main', max_tokens: contextWindow }],
            },
          },
          { path: ['agent', 'default_model', 'provider'], value: 'holdfast' },
          { path: ['agent', 'default_model', 'model'], value: 'main' },
        ],
      },
    ],
    shell: [`export ${keyVariable}="$(${keyLine})"`],
    notes: [
      'Or enter the key of `holdfast key` under Settings → AI → LLM Providers: Zed keeps it in the keychain',
    ],
    aliases: {},
  }),
};

function folderOf(user: UserPlace): string {
  return `${user.variable('XDG_CONFIG_HOME') ?? `${user.home}/.config`}/zed`;
}
