/**
 * Decides when a token is renewed: some time before its end, and not in every process at once.
 * Pure.
 */

import type { Tokens } from './login.ts';

/**
 * `fresh`: use it. `soon`: use it while it is renewed. `late`: wait for the new one, because a
 * request may outlive it. `over`: it has expired.
 */
export type TokenAge = 'fresh' | 'soon' | 'late' | 'over';

/** A token is renewed this long before its end, or a fifth of its life if that is shorter. */
const aheadMs = 5 * 60_000;
const aheadPart = 1 / 5;
/**
 * In this last part of its life, or a twentieth if that is shorter, a request waits for the new
 * token.
 */
const lateMs = 30_000;
const latePart = 1 / 20;
/** Processes start up to this part of the time ahead earlier than each other. */
const jitterPart = 0.2;

/** `jitter` is uniform in [0, 1), drawn once per process, so that one of several renews first. */
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
