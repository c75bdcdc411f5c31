/**
 * The places where vendors name the end of a limit, beside `Retry-After`, which all share
 * (retry-after.ts). No other place is trusted.
 */

import type { ResetHint } from './reset-hint.ts';
import { providerOfRule } from './signature.ts';

/** Is a row of the table, whose id names the provider. */
type HintRow = Omit<ResetHint, 'id' | 'provider'>;

/**
 * Reads a subscription window: the one that is `rejected` blocks the request, whatever the others
 * say.
 */
function windowReset(name: string): HintRow {
  return {
    at: { header: `anthropic-ratelimit-unified-${name}-reset` },
    form: 'unix-seconds',
    when: { header: `anthropic-ratelimit-unified-${name}-status`, is: /^rejected$/i },
    source: '[S] CLIProxyAPI claude_ratelimit.go',
    sample: `anthropic-ratelimit-unified-${name}-reset: 1795269600`,
  };
}

/** Documented as the time of full replenishment; for an empty bucket it is never too early. */
function bucketReset(name: string): HintRow {
  return {
    at: { header: `anthropic-ratelimit-${name}-reset` },
    form: 'date-time',
    when: { header: `anthropic-ratelimit-${name}-remaining`, is: /^0$/ },
    source: '[I] https://github.com/anthropics/anthropic-sdk-typescript/issues/357',
    sample: `anthropic-ratelimit-${name}-reset: 2026-11-21T12:00:17Z`,
  };
}

/** OpenAI's form, which Groq and others copied: a Go duration until the bucket is full again. */
function refillHeader(name: string, source: string): HintRow {
  const header = `x-ratelimit-reset-${name}`;
  return { at: { header }, form: 'duration', isRefill: true, source, sample: `${header}: 6m0s` };
}

/** Fields with unambiguous names, whoever writes them: home-made proxies do. */
function bodyField(
  field: string,
  sample: string,
  { form = 'seconds', source = proxies }: Partial<Pick<ResetHint, 'form' | 'source'>> = {},
): HintRow {
  return { at: { field }, form, source, sample };
}

/**
 * Headers of gateways and proxies: if their bucket is not empty, they do not explain this refusal.
 */
function limitHeader(header: string, remaining: string, source: string): HintRow {
  const when = { header: remaining, is: /^\s*0?\s*$/ };
  return { at: { header }, form: 'any', when, status: [402, 429], source, sample: `${header}: 30` };
}

const proxies = 'n/v: a name that proxies of their own making use';
const openaiGuide = '[D] https://platform.openai.com/docs/guides/rate-limits';
const groqGuide = '[D] https://console.groq.com/docs/rate-limits';

const rows: Readonly<Record<string, HintRow>> = {
  'anthropic-window-5h': windowReset('5h'),
  'anthropic-window-7d': windowReset('7d'),
  'anthropic-window-7d-oi': windowReset('7d_oi'),
  'anthropic-bucket-requests': bucketReset('requests'),
  'anthropic-bucket-tokens': bucketReset('tokens'),
  'anthropic-bucket-input-tokens': bucketReset('input-tokens'),
  'anthropic-bucket-output-tokens': bucketReset('output-tokens'),
  'any-regain-access': {
    at: { text: /regain access on (\d{4}-\d\d-\d\d at \d\d:\d\d UTC)/i },
    form: 'date-time',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
    sample: 'You will regain access on 2026-12-01 at 00:00 UTC.',
  },
  'openai-refill-requests': refillHeader('requests', openaiGuide),
  'openai-refill-tokens': refillHeader('tokens', openaiGuide),
  'groq-refill-requests': refillHeader('requests', groqGuide),
  'groq-refill-tokens': refillHeader('tokens', groqGuide),
  'openrouter-resets-at': {
    at: { field: 'error.metadata.resets_at' },
    form: 'date-time',
    source: '[3] developersdigest.tech',
    sample: '"resets_at":"2026-12-01T00:00:00Z"',
  },
  'openrouter-limit-headers': {
    at: { field: 'error.metadata.headers.X-RateLimit-Reset' },
    form: 'unix-milliseconds',
    source: '[I] https://github.com/Gitlawb/openclaude/issues/936',
    sample:
      '"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1795305600000"}',
  },
  'openrouter-limit-reset': {
    at: { header: 'x-ratelimit-reset' },
    form: 'unix-milliseconds',
    when: { header: 'x-ratelimit-remaining', is: /^0$/ },
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample: 'x-ratelimit-reset: 1795305600000',
  },
  'zhipu-reset-english': {
    at: { text: /reset at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/i },
    form: 'date-time',
    zone: '+08:00',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/11014',
    sample: 'Usage limit reached for 5 hour. Your limit will reset at 2026-09-12 00:35:41',
  },
  // The same sentences from another mouth.
  'any-reset-english': {
    at: {
      text: /\b(?:usage limit reached for \d+ \w+|weekly\/monthly limit exhausted)\. your limit will reset at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/i,
    },
    form: 'date-time',
    zone: '+08:00',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/11014',
    sample: 'Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-09-12 00:35:41',
  },
  'any-reset-chinese': {
    at: { text: /将在\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*重置/ },
    form: 'date-time',
    zone: '+08:00',
    source: '[I] https://github.com/dirge-code/dirge/issues/818',
    sample: '已达到 5 小时的使用上限。您的限额将在 2026-08-25 07:41:44 重置。',
  },
  // The short wait beside it, of `RetryInfo`, does not help then: the latest end counts.
  'any-quota-of-a-day': {
    at: { field: 'error.details[].violations[].quotaId' },
    form: 'limit-name',
    zone: 'Pacific time',
    source:
      '[D] https://ai.google.dev/gemini-api/docs/rate-limits (reset at midnight Pacific time)',
    sample: '"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"',
  },
  'any-free-neurons': {
    at: { text: /\b(daily free allocation) of [\d,]+ neurons\b/i },
    form: 'limit-name',
    zone: 'UTC',
    source:
      '[D] https://developers.cloudflare.com/workers-ai/platform/pricing (resets at 00:00 UTC)',
    sample: 'you have used up your daily free allocation of 10,000 neurons',
  },
  'any-retry-info': {
    at: { field: 'error.details[].retryDelay' },
    form: 'duration',
    source: '[D] https://ai.google.dev/gemini-api/docs/rate-limits',
    sample: '{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"46s"}',
  },
  'any-error-retry-after': bodyField('error.retry_after', '"retry_after":7'),
  'any-retry-after': bodyField('retry_after', '"retry_after":7'),
  'any-retry-after-seconds': bodyField('retry_after_seconds', '"retry_after_seconds":900'),
  'any-error-retry-after-seconds': bodyField(
    'error.retry_after_seconds',
    '"retry_after_seconds":900',
  ),
  'any-detail-retry-after-seconds': bodyField(
    'detail.retry_after_seconds',
    '"detail":{"error":"Rate limit","retry_after_seconds":900}',
  ),
  'any-error-resets-in-seconds': bodyField('error.resets_in_seconds', '"resets_in_seconds":13872', {
    source: '[I] https://github.com/router-for-me/CLIProxyAPI/issues/1666',
  }),
  'any-error-resets-at': bodyField(
    'error.resets_at',
    '"type":"usage_limit_reached","resets_at":1777936568',
    {
      form: 'any',
      source: '[I] https://github.com/earendil-works/pi/issues/4172',
    },
  ),
  'any-error-reset-at': bodyField('error.reset_at', '"reset_at":1795262460', { form: 'any' }),
  'any-reset-at': bodyField('reset_at', '"reset_at":1795262460000', { form: 'any' }),
  'any-ratelimit-reset': limitHeader(
    'ratelimit-reset',
    'ratelimit-remaining',
    '[D] https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/',
  ),
  'any-ratelimit-field': {
    at: { header: 'ratelimit' },
    form: 'rate-limit',
    status: [402, 429],
    source: '[D] https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/',
    sample: 'ratelimit: "default";r=0;t=900',
  },
  'any-x-ratelimit-reset': limitHeader('x-ratelimit-reset', 'x-ratelimit-remaining', proxies),
  // GitHub and Tyk refuse with 403, APISIX with 503.
  'any-spent-reset': {
    at: { header: 'x-ratelimit-reset' },
    form: 'any',
    when: { header: 'x-ratelimit-remaining', is: /^\s*0\s*$/ },
    status: [403, 503],
    source:
      '[D] https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit',
    sample: 'x-ratelimit-reset: 1795305600',
  },
  'any-x-ratelimit-reset-after': limitHeader(
    'x-ratelimit-reset-after',
    'x-ratelimit-remaining',
    '[D] https://docs.discord.com/developers/topics/rate-limits',
  ),
  // Cerebras and SambaNova name the length at the end, others before `reset`.
  'any-window-reset': {
    at: {
      window: /^x-ratelimit-(reset-(\w+-)*(minute|hour|day|month)|(minute|hour|day|month)-reset)$/,
    },
    form: 'any',
    status: [402, 429],
    source: '[D] https://inference-docs.cerebras.ai/support/rate-limits',
    sample: 'x-ratelimit-reset-tokens-day: 33011.3',
  },
  'any-anthropic-unified-reset': {
    at: { header: 'anthropic-ratelimit-unified-reset' },
    form: 'any',
    when: { header: 'anthropic-ratelimit-unified-status', is: /^\s*(rejected)?\s*$/i },
    status: [402, 429],
    source: '[S] CLIProxyAPI claude_ratelimit.go',
    sample: 'anthropic-ratelimit-unified-reset: 1795269600',
  },
  'any-agent-limit-line': {
    at: { text: /usage limit reached\|(\d{10})\b/i },
    form: 'unix-seconds',
    source: '[I] https://github.com/anthropics/claude-code/issues/2087',
    sample: 'Claude AI usage limit reached|1749924000',
  },
};

export const builtinResetHints: readonly ResetHint[] = Object.entries(rows).map(([id, row]) => ({
  id,
  provider: providerOfRule(id),
  ...row,
}));
