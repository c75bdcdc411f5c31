/** When somebody can be asked again for a request that nobody answered. */

import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import type { UnlistedKeys } from '../../model/record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Candidate } from '../select/candidate.ts';
import { type Verdict, whyNot } from '../select/verdict.ts';

export interface ComesBack {
  readonly at: number;
  /** The length of the open window in ms, if we estimated its end. */
  readonly windowMs?: number;
}

/** Returns the candidate that comes back first by itself. */
export function findComingBack(
  context: RequestContext,
  verdicts: readonly Verdict[],
  unlisted: readonly UnlistedKeys[],
): ComesBack | undefined {
  const now = context.engine.host.clock.now();
  const rest = unlisted.flatMap(({ until }) =>
    until === undefined || until > now ? [] : [{ at: until }],
  );
  const all = [...verdicts.flatMap((verdict) => comingBackOf(context, verdict) ?? []), ...rest];
  return all.sort((one, other) => one.at - other.at)[0];
}

function comingBackOf(context: RequestContext, verdict: Verdict): ComesBack | undefined {
  if (!('standing' in verdict)) return undefined;
  const { standing, candidate } = verdict;
  if (standing.state === 'free') {
    const end = whenFree(context, verdict);
    const at = typeof end === 'number' ? end : namedEndOf(context, candidate);
    return at === undefined ? undefined : { at };
  }
  if (!standing.marks.every(({ cause, endSetBy }) => isWaitedFor(cause) || endSetBy === 'provider'))
    return undefined;
  const last = standing.marks.reduce((one, other) => (one.until >= other.until ? one : other));
  const at = Math.max(last.until, context.engine.host.clock.now());
  return last.endSetBy === 'provider' ? { at } : { at, windowMs: last.until - last.since };
}

/** Returns an end that the provider named for this request alone. */
export function namedEndOf(
  { openRecord, engine }: RequestContext,
  { key }: Candidate,
): number | undefined {
  const last = openRecord.misses.findLast(({ candidate }) => candidate.key === key)?.failure
    .retryAfterMs;
  return last === undefined ? undefined : engine.host.clock.now() + last;
}

/**
 * Returns when an unlisted key may be asked; `over` if it never will be, `unknown` without a
 * secret.
 */
export function whenFree(
  { candidates, budget, engine }: RequestContext,
  verdict: Verdict,
): number | 'over' | 'unknown' {
  const why = whyNot(verdict);
  if (why !== undefined) return why.until ?? 'unknown';
  const isLeft = verdict.state === 'left' || candidates.isOver(verdict.candidate);
  return budget.isSpent && !isLeft ? engine.host.clock.now() : 'over';
}
