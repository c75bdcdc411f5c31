/**
 * What was used and paid in one day, in sums: who asked for what, at which target. Types only; kept
 * by the store.
 */

export interface UsageRow {
  /** A day of UTC: `2026-11-22`. */
  readonly day: string;
  /** As in the record; empty for callers that did not say who they are. */
  readonly caller: string;
  readonly task: string;
  readonly target: string;
  /**
   * `main` and `task`: what the main route and the side tasks got. `discarded`: attempts that were
   * paid for and brought no answer.
   */
  readonly purpose: 'main' | 'task' | 'discarded';
  /** Attempts. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of the input that was read from a cache. */
  readonly cachedTokens: number;
  /** Of what has a price. */
  readonly usd: number;
  /** Attempts of a metered provider that are not in `usd`. */
  readonly unpriced: number;
}

/** Absent fields ask for all. */
export interface UsageQuery {
  /** Epoch ms: from the day in which it lies. */
  readonly since?: number | undefined;
  /** Epoch ms: to the day in which it lies. */
  readonly until?: number | undefined;
  readonly caller?: string | undefined;
  readonly task?: string | undefined;
}
