/**
 * Daily sums of usage and cost: who asked for what, at which target. Types only; the store has
 * them.
 */

export interface UsageRow {
  /** In UTC, written `2026-11-22`. */
  readonly day: string;
  /** The record's caller; empty if it named none. */
  readonly caller: string;
  readonly task: string;
  readonly target: string;
  /**
   * `main` and `task` count answers of the main route and the side tasks, `discarded` paid attempts
   * without an answer.
   */
  readonly purpose: 'main' | 'task' | 'discarded';
  /** Counts attempts. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of the input that was read from a cache. */
  readonly cachedTokens: number;
  /** Counts only what has a price. */
  readonly usd: number;
  /** Attempts of a metered provider that are not in `usd`. */
  readonly unpriced: number;
}

/** Absent fields do not limit the result. */
export interface UsageQuery {
  /** Epoch ms, rounded to the start of its day. */
  readonly since?: number | undefined;
  /** Epoch ms; its whole day is included. */
  readonly until?: number | undefined;
  readonly caller?: string | undefined;
  readonly task?: string | undefined;
}
