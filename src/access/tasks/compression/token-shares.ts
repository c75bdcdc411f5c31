/**
 * Divides the context window among the parts of a compression: what a request may contain, and what
 * of the conversation stays. Pure.
 */

/** All values are tokens. */
export interface TokenShares {
  readonly contextWindow: number;
  /** Limits the summary. */
  readonly summary: number;
  /** For the answer, including reasoning. */
  readonly answer: number;
  /** For what the summary must repeat word for word. */
  readonly listed: number;
  /** For the latest messages, which stay unchanged. */
  readonly kept: number;
}

/** Assumed for an unknown context window; a smaller one refuses with its size. */
const unknownContextWindow = 64_000;
/** The prompt takes this much without its inserted parts. */
const promptTokens = 500;
/** The estimate may be wrong by 15 %. */
const usableShare = 0.8;
const minShare = 1 / 8;

/** Every target must be able to read what the first one could. */
export function sharesFor(
  targets: readonly { readonly contextWindow?: number | undefined }[],
  tokens: number,
): TokenShares {
  const known = targets.flatMap(({ contextWindow }) => contextWindow ?? []);
  const contextWindow = known.length === 0 ? unknownContextWindow : Math.min(...known);
  const summary = Math.max(200, Math.min(4000, contextWindow / 8, tokens / 4));
  return {
    contextWindow,
    summary,
    answer: Math.min(8000, contextWindow / 4),
    listed: Math.min(1500, summary / 2, tokens / 10),
    kept: Math.min(20_000, contextWindow / 8, tokens / 4),
  };
}

/**
 * Returns how many estimated tokens of the conversation fit into one request. `ratio`: counted
 * tokens per estimated one.
 */
export function chunkLimit(
  { contextWindow, summary, answer, listed }: TokenShares,
  ratio: number,
): number {
  const free = (contextWindow * usableShare - answer) / ratio - summary - listed - promptTokens;
  return Math.floor(Math.max(free, contextWindow * minShare));
}
