/**
 * When a token is to be renewed: a while before its end, not at the same moment in every process.
 * Pure.
 */

import type { Tokens } from './login.ts';

/**
 * `fresh`: use it. `soon`: renew it, but it can be used meanwhile. `late`: so near its end that a
 * request may outlive it. `over`: it is no good any more.
 */
export type TokenAge = 'fresh' | 'soon' | 'late' | 'over';

/** Renewed this long before its end, or a fifth of its life where that is shorter. */
const aheadMs = 5 * 60_000;
const aheadPart = 1 / 5;
/** From here on a request waits for the new one; a twentieth of its life where that is shorter. */
const lateMs = 30_000;
const latePart = 1 / 20;
/** How much earlier a process may begin than another, as a part of the time ahead. */
const jitterPart = 0.2;

/** `jitter` is uniform in [0, 1), drawn once for a process, so that of several one is first. */
export function judgeAge(
  { receivedAt, expiresAt }: Pick<Tokens, 'receivedAt' | 'expiresAt'>,
  now: number,
  jitter: number,
): TokenAge {
  if (expiresAt === undefined) return 'fresh';
  const lifeMs = Math.max(0, expiresAt - receivedAt);
  const leftMs = expiresAt - now;
  if (leftMs <= 0) return 'over';
  if (leftMs <= Math.min(lateMs, lifeMs * latePart)) return 'late';
  const ahead = Math.min(aheadMs, lifeMs * aheadPart) * (1 + jitterPart * jitter);
  return leftMs <= ahead ? 'soon' : 'fresh';
}
