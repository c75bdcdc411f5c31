/**
 * The vendor's betas and the fields of a body that need them: a target that refuses one refuses the
 * other too. `cache_control` means every mark of a prompt cache, wherever it stands. Data. [S]
 * @ai-sdk/anthropic 3.0, @anthropic-ai/sdk 1.11.
 */

import type { Betas } from '../contract/protocol.ts';

export const betas: Betas = {
  header: 'anthropic-beta',
  fields: {
    'cache-diagnosis': ['diagnostics'],
    compact: ['context_management', 'compaction'],
    'context-management': ['context_management'],
    effort: ['output_config.effort'],
    'extended-cache-ttl': ['cache_control.ttl'],
    'fallback-credit': ['fallback_credit_token'],
    'fast-mode': ['speed'],
    'mcp-client': ['mcp_servers'],
    'message-threads': ['thread'],
    'prompt-caching-scope': ['cache_control.scope'],
    'server-side-fallback': ['fallbacks'],
    skills: ['container'],
    'structured-outputs': ['output_format'],
    'task-budgets': ['output_config.task_budget'],
    'thinking-display-updates': ['thinking.display'],
  },
};
