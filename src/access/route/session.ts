/** Which session a request belongs to, by the headers that agents send (step 1). It only chooses among keys (stickiness). */

import type { Headers } from '../../model/request.ts';

/** Ours first, then those of known agents: Claude Code, Codex (session, thread), OpenCode. */
const sessionHeaders = [
  'x-holdfast-session',
  'x-claude-code-session-id',
  'session-id',
  'thread-id',
  'x-session-id',
  'x-session-affinity',
] as const;

/** A longer value is no id. */
const longestId = 200;

export function readSession(headers: Headers): string | undefined {
  for (const name of sessionHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== '' && value.length <= longestId) return value;
  }
  return undefined;
}
