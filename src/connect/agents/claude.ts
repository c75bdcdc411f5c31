/**
 * Claude Code reads `settings.json`, and runs `apiKeyHelper` for the key. Its small model is our
 * task, by name and by alias.
 */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, dotFolder } from '../settings.ts';

/** Claude Code prefers these to `apiKeyHelper`. */
const rivals = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'];

/** A project's files outrank the user's, and those of who runs the machine outrank them all. */
const above = [
  '.claude/settings.json',
  '.claude/settings.local.json',
  '/etc/claude-code/managed-settings.json',
  '/Library/Application Support/ClaudeCode/managed-settings.json',
];

// Names: code.claude.com/docs/en/settings, /llm-gateway and /model-config (November 2026). The base
// URL is the root; it appends /v1/messages. Behind a gateway 2.1.329 asks the session's own model
// for a title, unless a small one is configured.
export const claude: Agent = {
  name: 'claude',
  title: 'Claude Code',
  folder: dotFolder('.claude', 'CLAUDE_CONFIG_DIR'),
  connect: ({ url, keyLine, sideTask, window: { context } }, folder, user) => ({
    files: [
      {
        path: `${folder}/settings.json`,
        set: {
          apiKeyHelper: keyLine,
          'env.ANTHROPIC_BASE_URL': url,
          ...(sideTask !== 'main' && { 'env.ANTHROPIC_DEFAULT_HAIKU_MODEL': sideTask }),
          ...(context !== undefined && windowOf(context)),
        },
        rivals: rivals.map((name) => `env.${name}`),
        above,
      },
    ],
    shell: rivals
      .filter((name) => user.variable(name) !== undefined)
      .map((name) => shellLine`unset ${name}`),
    notes: [
      'Claude Code asks for claude-… models: the aliases below send them to your tasks',
      '`/status` in Claude Code shows which address and key it uses',
    ],
    aliases: { 'claude-*haiku*': 'title_generation', 'claude-*': 'main' },
  }),
  login: {
    provider: 'anthropic',
    connect: ({ url, keyLine }, folder, user) => ({
      files: [
        {
          path: `${folder}/settings.json`,
          set: { 'env.ANTHROPIC_BASE_URL': url },
          // It would take the place of the login.
          rivals: ['apiKeyHelper', ...rivals.map((name) => `env.${name}`)],
          above,
        },
      ],
      shell: [
        ...rivals
          .filter((name) => user.variable(name) !== undefined)
          .map((name) => shellLine`unset ${name}`),
        shellLine`export ANTHROPIC_CUSTOM_HEADERS=${'x-holdfast-key: '}${{ outputOf: keyLine }}`,
      ],
      notes: ['log in with `/login` in Claude Code; nothing here sees your password'],
    }),
  },
};

/**
 * Without these Claude Code takes 200,000 tokens for a model that it does not know, and compacts
 * too late or too early.
 */
function windowOf(context: number): Readonly<Record<string, string>> {
  return {
    'env.CLAUDE_CODE_MAX_CONTEXT_TOKENS': String(context),
    'env.CLAUDE_CODE_AUTO_COMPACT_WINDOW': String(context),
  };
}
