/**
 * Headers in which providers report, with every answer, how much of a limit is left. Their names
 * are unambiguous, whoever sends them. Gemini, Vertex and Bedrock send none.
 */

/** One form of such headers: the one with the amount, and others beside it. */
export interface LimitHeaders {
  /**
   * Matches the header with the amount. Its groups: `of` what is counted, `count` and `unit` of the
   * length, and the `model` or the group of models that alone is counted.
   */
  readonly amount: RegExp;
  /** The amount is what is left of a limit, or the used share, 0 to 1, or percentage. */
  readonly tells: 'remaining' | 'utilization' | 'used-percent';
  /** Only this vendor's headers. Default: whoever sends them. */
  readonly vendor?: string;
  /** What is counted, if the name does not say it. */
  readonly of?: string;
  /** The length in ms, if no header says it. Default: unknown. */
  readonly lengthMs?: number;
  /** What of the name stands in the place of the header that names the group for people. */
  readonly label?: RegExp;
  /** It fills up all the time; its reset is when it is full. Default: it begins anew then. */
  readonly refills?: true;
  /** What the provider's cache has is not counted. Default: it is, or that is unknown. */
  readonly sparesCache?: true;
}

/**
 * In the place of the word that `tells`, the names of the headers beside it have one of these. The
 * first reset that is present counts: seconds, a duration, or a point in time.
 */
export const besideAmount = {
  limit: 'limit',
  resets: ['reset', 'reset-at', 'reset-after-seconds'],
  minutes: 'window-minutes',
  label: 'limit-name',
} as const;

const minuteMs = 60_000;

/** The first row that matches a name counts. */
export const builtinLimitHeaders: readonly LimitHeaders[] = [
  // [D] https://console.groq.com/docs/rate-limits: requests always a day, tokens a minute
  {
    amount: /^x-ratelimit-remaining-(?<of>requests)$/,
    tells: 'remaining',
    vendor: 'groq',
    lengthMs: 86_400_000,
    refills: true,
  },
  // OpenAI's form, which Azure, Groq, xAI and others copied. Its requests are counted by the minute
  // or by the day. [D] https://developers.openai.com/api/docs/guides/rate-limits
  { amount: /^x-ratelimit-remaining-(?<of>requests)$/, tells: 'remaining', refills: true },
  {
    amount: /^x-ratelimit-remaining-(?<of>(?:project-|input-|output-)?tokens)$/,
    tells: 'remaining',
    lengthMs: minuteMs,
    refills: true,
  },
  // [D] https://inference-docs.cerebras.ai/support/rate-limits (its reset is a number of seconds);
  // [I] mistralai/client-ts 169 (without a reset)
  {
    amount: /^x-ratelimit-remaining-(?<of>req|requests|tokens)-(?<unit>minute|hour|day)$/,
    tells: 'remaining',
  },
  // With refusals only. [D] https://openrouter.ai/docs/api_reference/limits
  { amount: /^x-ratelimit-remaining$/, tells: 'remaining', of: 'requests' },
  // [D] https://platform.claude.com/docs/en/api/rate-limits: buckets for a minute, rounded to a
  // thousand tokens; what is read from the cache does not count for most models
  {
    amount: /^anthropic-ratelimit-(?<of>requests|(?:input-|output-)?tokens)-remaining$/,
    tells: 'remaining',
    lengthMs: minuteMs,
    refills: true,
    sparesCache: true,
  },
  // Claude's plans: `5h`, `7d`, and for some models `7d_sonnet`, `7d_oi`. More than 1 is used where
  // a plan may be exceeded. [I] router-for-me/CLIProxyAPI 3169, askalf/dario 141
  {
    amount:
      /^anthropic-ratelimit-unified-(?<count>\d+)(?<unit>[hd])(?:_(?<model>[a-z\d]+))?-utilization$/,
    tells: 'utilization',
    of: 'plan',
  },
  // ChatGPT's plans. Which of its two windows is the longer one differs from plan to plan; one of 0
  // min is none. [S] openai/codex codex-rs/codex-api/src/rate_limits.rs
  {
    amount: /^x-codex-(?:(?<model>[a-z\d-]+)-)?(?:primary|secondary)-used-percent$/,
    tells: 'used-percent',
    label: /(?:primary|secondary)-used-percent$/,
    of: 'plan',
  },
];

/** Matches all of their names, and no header that an answer without limits has. */
export const limitHeaderName: RegExp = /^(?:x|anthropic)-ratelimit-|^x-codex-/;
