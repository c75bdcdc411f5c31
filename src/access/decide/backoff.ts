/**
 * Computes the pause before the same target is retried (step 5 of a request). Pure; randomness is a
 * parameter.
 */

const baseMs = 500;
const capMs = 15_000;

/**
 * Equal jitter: half fixed, half random; 0.5 s doubling to 15 s. `attempt` counts from 0, `random`
 * is in [0, 1).
 */
function computeBackoff(attempt: number, random: number): number {
  const fullMs = Math.min(capMs, baseMs * 2 ** attempt);
  return Math.round(fullMs / 2 + (fullMs / 2) * random);
}

/**
 * Never returns less than the provider's hint or the backoff; a longer hint gets no random part.
 */
export function computeDelay(
  attempt: number,
  random: number,
  retryAfterMs: number | undefined,
): number {
  return Math.max(computeBackoff(attempt, random), retryAfterMs ?? 0);
}

/**
 * Pauses before the rechecks of a suspect key: they come 1, 4, 10 and 25 s after its first refusal.
 */
const recheckPausesMs = [1000, 3000, 6000, 15_000];

/** Varies each pause by ± 10 %, so that the last verdict comes within 30 s. */
export function computeRecheckDelay(recheck: number, random: number): number {
  return Math.round((recheckPausesMs[recheck] ?? 15_000) * (0.9 + 0.2 * random));
}
