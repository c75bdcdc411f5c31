/** Errors of Moonshot and Kimi Code, which differ in `error.type` and wording. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.kimi.ai/docs/api/errors';

export const moonshotSignatures: readonly Signature[] = signaturesOf(source, {
  'moonshot-auth': {
    type: ['invalid_authentication_error', 'incorrect_api_key_error'],
    class: 'auth-rejected',
  },
  'moonshot-quota-exceeded': {
    type: 'exceeded_current_quota_error',
    class: 'billing',
    source: '[I] https://github.com/MoonshotAI/kimi-code/pull/1857',
  },
  'moonshot-day-quota': {
    type: 'rate_limit_reached_error',
    text: /\bTPD\b/i,
    class: 'quota',
    source: '[I] https://github.com/MoonshotAI/kimi-cli/issues/1599',
  },
  'moonshot-rate': {
    type: 'rate_limit_reached_error',
    class: 'rate-limit',
    source: '[I] https://github.com/MoonshotAI/kimi-cli/issues/2318',
  },
  'moonshot-overloaded': {
    type: 'engine_overloaded_error',
    class: 'overloaded',
  },
  'moonshot-content-filter': {
    type: 'content_filter',
    class: 'content-policy',
  },
  'moonshot-model': {
    type: 'resource_not_found_error',
    class: 'model-missing',
  },
  'moonshot-plan-used-up': {
    status: [403, 429],
    text: /usage limit for this (billing cycle|period)/i,
    class: 'quota',
    source: '[D] kimi.com/code error-reference',
  },
  'moonshot-coding-only': {
    status: 403,
    text: /only available for coding agents/i,
    class: 'forbidden-program',
    source: '[D] kimi.com/code error-reference',
  },
  'moonshot-access-terminated': {
    status: 403,
    text: /access terminated/i,
    class: 'auth-revoked',
    source: '[D] kimi.com/code error-reference',
  },
  'moonshot-membership': {
    status: 402,
    class: 'billing',
    source: '[D] kimi.com/code error-reference',
  },
});
