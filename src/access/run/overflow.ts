/**
 * After a prompt that was too long (step 5 of a request): whose context window is known to be no
 * larger, and what refusals teach of that.
 */

import { findStatedContextWindow } from '../classify/stated-context-window.ts';
import type { Journey } from '../request/journey.ts';
import type { Miss } from '../request/story.ts';
import type { Place } from '../select/candidates.ts';
import { judge } from '../select/verdict.ts';

/** A context window that nobody knows may be larger. */
export function isNoLarger(contextWindow: number | undefined, than: number | undefined): boolean {
  return contextWindow !== undefined && than !== undefined && contextWindow <= than;
}

/**
 * The context window that was too small: the refusal's own figure, else the configured or
 * catalogued one.
 */
export function contextWindowOf({ failure, candidate }: Miss): number | undefined {
  return findStatedContextWindow(failure) ?? candidate.target.contextWindow;
}

/**
 * The figure in a refusal holds for the next requests of the same account with the same beta
 * headers.
 */
export function learnContextWindow({ engine, request }: Journey, { failure, lease }: Miss): void {
  const tokens = findStatedContextWindow(failure);
  if (tokens !== undefined)
    engine.lessons.contextWindows.learn({ lease, headers: request.headers }, tokens);
}

/**
 * What refusals have stated of the first key that would be asked there; undefined where none has.
 */
export function learnedContextWindowAt(journey: Journey, place: Place): number | undefined {
  const { headers } = journey.request;
  for (const candidate of journey.candidates.of(place)) {
    const verdict = judge(journey, candidate);
    if ('lease' in verdict)
      return journey.engine.lessons.contextWindows.of({ lease: verdict.lease, headers });
  }
  return undefined;
}
