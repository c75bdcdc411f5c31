/** Errors of Moonshot and Kimi Code, which differ in `error.type` and wording. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.kimi.ai/docs/api/errors';

export const moonshotSignatures: readonly Signature[] = signaturesOf(source, {
  'moonshot-auth': {
    type: ['invalid_authentication_error', 'incorrect_api_key_error'],
    class: 'auth-rejected',
    sample:
      '401 {"error":{"message":"Invalid Authentication","type":"invalid_authentication_error","param":null,"code":null}}',
  },
  'moonshot-quota-exceeded': {
    type: 'exceeded_current_quota_error',
    class: 'billing',
    source: '[I] https://github.com/MoonshotAI/kimi-code/pull/1857',
    sample:
      '429 {"error":{"message":"Your account org-fixture <ak-fixture> is suspended due to insufficient balance, please recharge your account or check your plan and billing details","type":"exceeded_current_quota_error","param":null,"code":null}}',
  },
  'moonshot-day-quota': {
    type: 'rate_limit_reached_error',
    text: /\bTPD\b/i,
    class: 'quota',
    source: '[I] https://github.com/MoonshotAI/kimi-cli/issues/1599',
    sample:
      '429 {"error":{"message":"Your account org-fixture <ak-fixture> request reached organization TPD rate limit, current: 1502113, limit: 1500000","type":"rate_limit_reached_error","param":null,"code":null}}',
  },
  'moonshot-rate': {
    type: 'rate_limit_reached_error',
    class: 'rate-limit',
    source: '[I] https://github.com/MoonshotAI/kimi-cli/issues/2318',
    sample:
      '429 {"error":{"message":"Your account org-fixture <ak-fixture> request reached max RPM: 20, please try again after 1 seconds","type":"rate_limit_reached_error","param":null,"code":null}}',
  },
  'moonshot-overloaded': {
    type: 'engine_overloaded_error',
    class: 'overloaded',
    sample:
      '429 {"error":{"message":"The engine is currently overloaded, please try again later","type":"engine_overloaded_error","param":null,"code":null}}',
  },
  'moonshot-content-filter': {
    type: 'content_filter',
    class: 'content-policy',
    sample:
      '400 {"error":{"message":"The request was rejected because it was considered high risk","type":"content_filter","param":null,"code":null}}',
  },
  'moonshot-model': {
    type: 'resource_not_found_error',
    class: 'model-missing',
    sample:
      '404 {"error":{"message":"Not found the model kimi-none or Permission denied","type":"resource_not_found_error","param":null,"code":null}}',
  },
  'moonshot-plan-used-up': {
    status: [403, 429],
    text: /usage limit for this (billing cycle|period)/i,
    class: 'quota',
    source: '[D] kimi.com/code error-reference',
    sample:
      '403 {"error":{"message":"You\'ve reached your usage limit for this billing cycle. Your quota will be refreshed in the next cycle.","type":"access_terminated_error","param":null,"code":null}}',
  },
  'moonshot-coding-only': {
    status: 403,
    text: /only available for coding agents/i,
    class: 'forbidden-request',
    source: '[D] kimi.com/code error-reference',
    sample:
      '403 {"error":{"message":"Kimi For Coding is currently only available for Coding Agents such as Kimi CLI, Claude Code, Roo Code, Kilo Code, etc.","type":"access_terminated_error","param":null,"code":null}}',
  },
  'moonshot-access-terminated': {
    status: 403,
    text: /access terminated/i,
    class: 'auth-revoked',
    source: '[D] kimi.com/code error-reference',
    sample:
      '403 {"error":{"message":"Access terminated","type":"access_terminated_error","param":null,"code":null}}',
  },
  'moonshot-membership': {
    status: 402,
    class: 'billing',
    source: '[D] kimi.com/code error-reference',
    sample:
      '402 {"error":{"message":"We\'re unable to verify your membership benefits at this time.","type":"membership_error","param":null,"code":null}}',
  },
});
