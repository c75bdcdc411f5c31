/** Claude Code: `settings.json`, `apiKeyHelper` for the key; its small model is our task, by name and by alias. */

import type { Agent } from '../settings.ts';

/** Keys that Claude Code prefers to `apiKeyHelper`. */
const rivals = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'];

// Names: code.claude.com/docs/en/settings and /llm-gateway (November 2026). The base URL is the root; it appends /v1/messages.
// Behind a gateway 2.1.329 asks the session's own model for a title, unless it is told a small one.
export const claude: Agent = {
  name: 'claude',
  title: 'Claude Code',
  programs: ['claude'],
  folders: (user) => [user.variable('CLAUDE_CONFIG_DIR') ?? `${user.home}/.claude`],
  connect: ({ url, keyLine, sideTask }, user) => {
    const folder = user.variable('CLAUDE_CONFIG_DIR') ?? `${user.home}/.claude`;
    return {
      files: [
        {
          path: `${folder}/settings.json`,
          format: 'json',
          settings: [
            { path: ['apiKeyHelper'], value: keyLine },
            { path: ['env', 'ANTHROPIC_BASE_URL'], value: url },
            ...(sideTask === 'main'
              ? []
              : [{ path: ['env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL'], value: sideTask }]),
          ],
          rivals: rivals.map((name) => ['env', name]),
        },
      ],
      shell: rivals.flatMap((name) => (user.variable(name) === undefined ? [] : [`unset ${name}`])),
      notes: [
        'Claude Code asks for claude-… models: the aliases below send them to your tasks',
        '`/status` in Claude Code shows which address and key it uses',
      ],
      aliases: { 'claude-*haiku*': 'title_generation', 'claude-*': 'main' },
    };
  },
};
