/** After a prompt that was too long (step 5 of a request): whose window is known to be no larger, and what refusals teach of that. */

import { findStatedWindow } from './classify/stated-window.ts';
import type { Journey } from './journey.ts';
import type { Place } from './select/candidates.ts';
import { judge } from './select/verdict.ts';
import type { Miss } from './story.ts';

/** A window that nobody knows may be larger. */
export function isNoLarger(window: number | undefined, than: number | undefined): boolean {
  return window !== undefined && than !== undefined && window <= than;
}

/** The window that was too small: the refusal's own figure, else the configured or catalogued one. */
export function windowOf({ failure, candidate }: Miss): number | undefined {
  return findStatedWindow(failure) ?? candidate.target.contextWindow;
}

/** The figure in a refusal holds for the next requests of the same account with the same beta headers. */
export function learnWindow({ engine, request }: Journey, { failure, lease }: Miss): void {
  const tokens = findStatedWindow(failure);
  if (tokens !== undefined) engine.lessons.windows.learn({ lease, headers: request.headers }, tokens);
}

/** What refusals have stated of the first key that would be asked there; undefined where none has. */
export function learnedWindowAt(journey: Journey, place: Place): number | undefined {
  const { headers } = journey.request;
  for (const candidate of journey.candidates.of(place)) {
    const verdict = judge(journey, candidate);
    if ('lease' in verdict) return journey.engine.lessons.windows.of({ lease: verdict.lease, headers });
  }
  return undefined;
}
