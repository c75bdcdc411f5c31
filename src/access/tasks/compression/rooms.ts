/**
 * How the context window is shared out in a compression: what a request may hold, and what of the
 * conversation stays. Pure.
 */

/** Tokens. */
export interface Rooms {
  readonly contextWindow: number;
  /** For the summary. */
  readonly summary: number;
  /** For the answer, thoughts included. */
  readonly answer: number;
  /** For what must stand in the summary word for word. */
  readonly listed: number;
  /** Of the latest messages, which stay as they are. */
  readonly kept: number;
}

/** Of a model whose context window nobody knows; one that is smaller says so. */
const unknownContextWindow = 64_000;
/** The prompt without what is put into it. */
const promptTokens = 500;
/** The estimate may be wrong by 15 %. */
const usableShare = 0.8;
const leastShare = 1 / 8;

/** Every target must be able to read what the first one could. */
export function roomsFor(
  targets: readonly { readonly contextWindow?: number | undefined }[],
  tokens: number,
): Rooms {
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
 * How many estimated tokens of the conversation one request takes. `ratio`: the tokens that were
 * counted where one was estimated.
 */
export function chunkLimit(
  { contextWindow, summary, answer, listed }: Rooms,
  ratio: number,
): number {
  const free = (contextWindow * usableShare - answer) / ratio - summary - listed - promptTokens;
  return Math.floor(Math.max(free, contextWindow * leastShare));
}
