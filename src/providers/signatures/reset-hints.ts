/** Where each vendor says when a limit ends, beside `Retry-After`, which all share (retry-after.ts). Any other place is not believed. */

import type { ResetHint } from './reset-hint.ts';

/** Subscription windows: the one that is `rejected` holds the request up, whatever the others say. */
function anthropicWindow(name: string): ResetHint {
  return {
    id: `anthropic-window-${name.replace('_', '-')}`,
    provider: 'anthropic',
    at: { header: `anthropic-ratelimit-unified-${name}-reset` },
    form: 'unix-seconds',
    when: { header: `anthropic-ratelimit-unified-${name}-status`, is: /^rejected$/i },
    means: 'wait',
    source: '[S] CLIProxyAPI claude_ratelimit.go',
    sample: `anthropic-ratelimit-unified-${name}-reset: 1795269600`,
  };
}

/** Documented as the time of full replenishment; of an empty bucket it is an end that is never too early. */
function anthropicBucket(name: string): ResetHint {
  return {
    id: `anthropic-bucket-${name}`,
    provider: 'anthropic',
    at: { header: `anthropic-ratelimit-${name}-reset` },
    form: 'date-time',
    when: { header: `anthropic-ratelimit-${name}-remaining`, is: /^0$/ },
    means: 'wait',
    source: '[I] https://github.com/anthropics/anthropic-sdk-typescript/issues/357',
    sample: `anthropic-ratelimit-${name}-reset: 2026-11-21T12:00:17Z`,
  };
}

/** OpenAI's family, copied by Groq and others: a Go duration until the bucket is full again. */
function refillHeader(provider: string, name: string, source: string): ResetHint {
  return {
    id: `${provider}-refill-${name}`,
    provider,
    at: { header: `x-ratelimit-reset-${name}` },
    form: 'duration',
    means: 'full',
    source,
    sample: `x-ratelimit-reset-${name}: 6m0s`,
  };
}

/** Fields whose names leave no doubt, whoever writes them: proxies of their own making do. */
function bodyField(
  field: string,
  { sample, source, form = 'seconds' }: Pick<ResetHint, 'sample' | 'source'> & Partial<ResetHint>,
): ResetHint {
  return {
    id: `any-${field.replaceAll(/[._]/g, '-').toLowerCase()}`,
    provider: '*',
    at: { field },
    form,
    means: 'wait',
    source,
    sample,
  };
}

/** Headers of gateways and proxies: of a bucket that is not empty they say nothing about this refusal. */
function limitHeader(name: string, remaining: string, source: string): ResetHint {
  return {
    id: `any-${name}`,
    provider: '*',
    at: { header: name },
    form: 'any',
    when: { header: remaining, is: /^\s*0?\s*$/ },
    status: [402, 429],
    means: 'wait',
    source,
    sample: `${name}: 30`,
  };
}

const proxies = 'n/v: a name that proxies of their own making use';
const openaiGuide = '[D] https://platform.openai.com/docs/guides/rate-limits';
const groqGuide = '[D] https://console.groq.com/docs/rate-limits';

export const builtinResetHints: readonly ResetHint[] = [
  anthropicWindow('5h'),
  anthropicWindow('7d'),
  anthropicWindow('7d_oi'),
  anthropicBucket('requests'),
  anthropicBucket('tokens'),
  anthropicBucket('input-tokens'),
  anthropicBucket('output-tokens'),
  {
    id: 'anthropic-regain-access',
    provider: 'anthropic',
    at: { text: /regain access on (\d{4}-\d\d-\d\d at \d\d:\d\d UTC)/i },
    form: 'date-time',
    means: 'wait',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
    sample: 'You will regain access on 2026-12-01 at 00:00 UTC.',
  },
  refillHeader('openai', 'requests', openaiGuide),
  refillHeader('openai', 'tokens', openaiGuide),
  refillHeader('groq', 'requests', groqGuide),
  refillHeader('groq', 'tokens', groqGuide),
  {
    id: 'openrouter-resets-at',
    provider: 'openrouter',
    at: { field: 'error.metadata.resets_at' },
    form: 'date-time',
    means: 'wait',
    source: '[3] developersdigest.tech',
    sample: '"resets_at":"2026-12-01T00:00:00Z"',
  },
  {
    id: 'openrouter-limit-headers',
    provider: 'openrouter',
    at: { field: 'error.metadata.headers.X-RateLimit-Reset' },
    form: 'unix-milliseconds',
    means: 'wait',
    source: '[I] https://github.com/Gitlawb/openclaude/issues/936',
    sample:
      '"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1795305600000"}',
  },
  {
    id: 'openrouter-limit-reset',
    provider: 'openrouter',
    at: { header: 'x-ratelimit-reset' },
    form: 'unix-milliseconds',
    when: { header: 'x-ratelimit-remaining', is: /^0$/ },
    means: 'wait',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample: 'x-ratelimit-reset: 1795305600000',
  },
  {
    id: 'zhipu-reset-english',
    provider: 'zhipu',
    at: { text: /reset at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/i },
    form: 'date-time',
    zone: '+08:00',
    means: 'wait',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/11014',
    sample: 'Usage limit reached for 5 hour. Your limit will reset at 2026-09-12 00:35:41',
  },
  {
    id: 'zhipu-reset-chinese',
    provider: 'zhipu',
    at: { text: /将在\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*重置/ },
    form: 'date-time',
    zone: '+08:00',
    means: 'wait',
    source: '[I] https://github.com/dirge-code/dirge/issues/818',
    sample: '已达到 5 小时的使用上限。您的限额将在 2026-08-25 07:41:44 重置。',
  },
  {
    id: 'any-retry-info',
    provider: '*',
    at: { field: 'error.details[].retryDelay' },
    form: 'duration',
    means: 'wait',
    source: '[D] https://ai.google.dev/gemini-api/docs/rate-limits',
    sample: '{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"46s"}',
  },
  bodyField('error.retry_after', { sample: '"retry_after":7', source: proxies }),
  bodyField('retry_after', { sample: '"retry_after":7', source: proxies }),
  bodyField('error.resets_in_seconds', {
    sample: '"resets_in_seconds":13872',
    source: '[I] https://github.com/router-for-me/CLIProxyAPI/issues/1666',
  }),
  bodyField('error.resets_at', {
    form: 'any',
    sample: '"type":"usage_limit_reached","resets_at":1777936568',
    source: '[I] https://github.com/earendil-works/pi/issues/4172',
  }),
  bodyField('error.reset_at', { form: 'any', sample: '"reset_at":1795262460', source: proxies }),
  bodyField('reset_at', { form: 'any', sample: '"reset_at":1795262460000', source: proxies }),
  limitHeader(
    'ratelimit-reset',
    'ratelimit-remaining',
    '[D] https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/',
  ),
  limitHeader('x-ratelimit-reset', 'x-ratelimit-remaining', proxies),
  limitHeader(
    'x-ratelimit-reset-after',
    'x-ratelimit-remaining',
    '[D] https://docs.discord.com/developers/topics/rate-limits',
  ),
  {
    id: 'any-anthropic-unified-reset',
    provider: '*',
    at: { header: 'anthropic-ratelimit-unified-reset' },
    form: 'any',
    when: { header: 'anthropic-ratelimit-unified-status', is: /^\s*(rejected)?\s*$/i },
    status: [402, 429],
    means: 'wait',
    source: '[S] CLIProxyAPI claude_ratelimit.go',
    sample: 'anthropic-ratelimit-unified-reset: 1795269600',
  },
  {
    id: 'any-agent-limit-line',
    provider: '*',
    at: { text: /usage limit reached\|(\d{10})\b/i },
    form: 'unix-seconds',
    means: 'wait',
    source: '[I] https://github.com/anthropics/claude-code/issues/2087',
    sample: 'Claude AI usage limit reached|1749924000',
  },
];
