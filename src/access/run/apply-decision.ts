/**
 * Carries out a decision (step 5 of a request): a repeat after a pause, another key, another
 * target, or a wait.
 */

import { namedEndSpread } from '../../credentials/health/marks.ts';
import { assertNever } from '../../errors.ts';
import type { Decision } from '../../model/decision.ts';
import { hasMove } from '../decide/decide.ts';
import { takeAmendment } from '../request/amendments.ts';
import type { Miss } from '../request/open-record.ts';
import { holdsOf, type RequestContext } from '../request/request-context.ts';
import { dropTextOnly } from '../request/text-only.ts';
import { contextWindowOf, isNoLarger, learnedContextWindowAt } from './overflow.ts';
import { isOtherRefused } from './situation.ts';

export async function applyDecision(
  context: RequestContext,
  miss: Miss,
  decision: Decision,
): Promise<void> {
  const { candidates } = context;
  switch (decision.kind) {
    case 'retry':
      return repeat(context, miss, decision);
    case 'reread':
      return candidates.askNext(miss.candidate);
    case 'rotate':
      return candidates.leave(miss.candidate, miss.lease.fingerprint);
    case 'next-target':
      return leaveTarget(context, miss);
    case 'wait':
      return candidates.askNext(undefined);
    case 'stop':
      return;
    default:
      return assertNever(decision);
  }
}

async function repeat(
  context: RequestContext,
  miss: Miss,
  { delayMs, isAmended }: Extract<Decision, { kind: 'retry' }>,
): Promise<void> {
  const { engine, candidates, openRecord } = context;
  candidates.askNext(miss.candidate);
  if (isAmended) {
    takeAmendment(context, miss.failure, miss.candidate.target);
    return pause(context, delayMs);
  }
  openRecord.addRepeat(miss);
  // Another request is asking already: its verdict is waited for at the lease, in place of this
  // recheck.
  if (hasMove(miss.failure, 'recheck')) {
    if (!holdsOf(context).recheck(miss.lease)) return;
  } else if (miss.failure.retryAfterMs === undefined) engine.retryBudget.noteRetry();
  await pause(context, markedPause(context, miss, delayMs));
}

/**
 * The repeat waits for the mark, which ends a little after the provider's time so that not all
 * return at once.
 */
function markedPause(
  { engine, openRecord }: RequestContext,
  { failure }: Miss,
  delayMs: number,
): number {
  const rests = openRecord.attempts.at(-1)?.heldBack;
  if (failure.retryAfterMs === undefined || rests === undefined) return delayMs;
  const untilMs = rests.until - engine.host.clock.now();
  return untilMs > delayMs && untilMs <= delayMs * (1 + namedEndSpread) + 1 ? untilMs : delayMs;
}

async function pause({ engine, request, budget }: RequestContext, delayMs: number): Promise<void> {
  if (delayMs > 0) await engine.host.clock.sleep(delayMs, request.signal);
  budget.spend(delayMs);
}

function leaveTarget(context: RequestContext, miss: Miss): void {
  const { candidates } = context;
  const { target } = miss.candidate;
  if (isOtherRefused(context, miss)) {
    // its other keys come last: they are asked if nobody else answers
    candidates.leave(miss.candidate, miss.lease.fingerprint);
    candidates.putLast((place) => place.target.id === target.id);
    return;
  }
  candidates.leaveTarget(target);
  const { class: cause } = miss.failure;
  if (hasMove(miss.failure, 'next-target-with-larger-window')) {
    const contextWindow = contextWindowOf(miss);
    const reason = `its context window is no larger than the ${contextWindow} tokens of ${target.id}`;
    candidates.keepOnly((other) => !isNoLarger(other.contextWindow, contextWindow), {
      cause,
      reason,
    });
    candidates.putLast((place) =>
      isNoLarger(learnedContextWindowAt(context, place), contextWindow),
    );
  }
  if (miss.failure.timedOut === true) {
    const reason = `no connection to its server, which ${target.id} shares, came about in time`;
    candidates.keepOnly((other) => other.origin !== target.origin, { cause, reason });
  }
  if (cause === 'no-images') dropTextOnly(context);
  if (hasMove(miss.failure, 'other-provider-once')) {
    const reason = `${target.id}, of the same provider, refused the request`;
    candidates.keepOnly((other) => other.provider !== target.provider, { cause, reason });
  }
}
