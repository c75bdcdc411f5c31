/** When the next worker is started in the place of one that died. Pure. */

/** One that served this long did not die of its start. */
const soonMs = 2000;
const longestPauseMs = 30_000;

export interface RestartState {
  /** Workers in a row that died soon after their start, or before they served. */
  readonly soonDeaths: number;
}

/**
 * Returns how long to wait: not at all, then 1, 2, 4 … 30 s while one after the other dies soon.
 * `servedMs` is undefined for a worker that never served.
 */
export function decideRestart(
  { soonDeaths }: RestartState,
  servedMs: number | undefined,
): RestartState & { readonly pauseMs: number } {
  if (servedMs !== undefined && servedMs >= soonMs) return { soonDeaths: 0, pauseMs: 0 };
  const pauseMs = soonDeaths === 0 ? 0 : Math.min(1000 * 2 ** (soonDeaths - 1), longestPauseMs);
  return { soonDeaths: soonDeaths + 1, pauseMs };
}
