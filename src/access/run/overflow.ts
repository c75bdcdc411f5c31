/**
 * Handles a prompt that was too long (step 5 of a request): which context windows are known to be
 * no larger, and what refusals teach about that.
 */

import { findStatedContextWindow } from '../classify/stated-context-window.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { TargetPool } from '../select/candidate.ts';
import { judge } from '../select/verdict.ts';

/** An unknown context window may be larger. */
export function isNoLarger(contextWindow: number | undefined, than: number | undefined): boolean {
  return contextWindow !== undefined && than !== undefined && contextWindow <= than;
}

/**
 * Returns the context window that was too small: from the refusal, else from config or catalogue.
 */
export function contextWindowOf({ failure, candidate }: Miss): number | undefined {
  return findStatedContextWindow(failure) ?? candidate.target.contextWindow;
}

/** Remembers the number of a refusal for the same account with the same beta headers. */
export function learnContextWindow(
  { engine, request }: RequestContext,
  { failure, lease }: Miss,
): void {
  const tokens = findStatedContextWindow(failure);
  if (tokens !== undefined)
    engine.lessons.contextWindows.learn({ lease, headers: request.headers }, tokens);
}

/**
 * Returns the number from refusals of the first key that would be asked there; undefined if there
 * is none.
 */
export function learnedContextWindowAt(
  context: RequestContext,
  place: TargetPool,
): number | undefined {
  const { headers } = context.request;
  for (const candidate of context.candidates.inOrder(place)) {
    const verdict = judge(context, candidate);
    if ('lease' in verdict)
      return context.engine.lessons.contextWindows.of({ lease: verdict.lease, headers });
  }
  return undefined;
}
