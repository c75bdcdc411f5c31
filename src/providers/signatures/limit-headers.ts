/**
 * Headers in which providers report, with every answer, how much of a limit is left. Their names
 * are unambiguous, whoever sends them.
 */

/** Describes one limit. All of its headers must be present. */
export interface LimitHeaders {
  /** Names the unit for people: `12 % of its tokens`. */
  readonly of: string;
  /** `left` of `limit`, two numbers, or the share that is `used`, 0 to 1. */
  readonly amount: { readonly left: string; readonly limit: string } | { readonly used: string };
  /** The time when it is full again: seconds, a duration, or a point in time. */
  readonly reset: string;
}

/**
 * OpenAI's form, which Groq, xAI and others copied. [D]
 * https://platform.openai.com/docs/guides/rate-limits, https://console.groq.com/docs/rate-limits
 */
function common(name: string): LimitHeaders {
  return {
    of: name,
    amount: { left: `x-ratelimit-remaining-${name}`, limit: `x-ratelimit-limit-${name}` },
    reset: `x-ratelimit-reset-${name}`,
  };
}

/** [D] https://docs.claude.com/en/api/rate-limits#response-headers */
function anthropicBucket(name: string): LimitHeaders {
  return {
    of: name.replace('-', ' '),
    amount: {
      left: `anthropic-ratelimit-${name}-remaining`,
      limit: `anthropic-ratelimit-${name}-limit`,
    },
    reset: `anthropic-ratelimit-${name}-reset`,
  };
}

/** Limits of subscriptions. [S] CLIProxyAPI claude_ratelimit.go */
function anthropicWindow(name: string, of: string): LimitHeaders {
  return {
    of,
    amount: { used: `anthropic-ratelimit-unified-${name}-utilization` },
    reset: `anthropic-ratelimit-unified-${name}-reset`,
  };
}

export const builtinLimitHeaders: readonly LimitHeaders[] = [
  common('requests'),
  common('tokens'),
  anthropicBucket('requests'),
  anthropicBucket('tokens'),
  anthropicBucket('input-tokens'),
  anthropicBucket('output-tokens'),
  anthropicWindow('5h', 'plan for 5 hours'),
  anthropicWindow('7d', 'plan for 7 days'),
];
