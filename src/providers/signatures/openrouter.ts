/** OpenRouter's errors: one status has several meanings, which its metadata distinguishes. */

import { fieldAt, type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://openrouter.ai/docs/api/reference/errors-and-debugging';

const atErrorType = fieldAt('error.metadata.error_type');
const atLimitSource = fieldAt('error.metadata.limit_source');

export const openrouterSignatures: readonly Signature[] = signaturesOf(source, {
  'openrouter-in-flight-budget': {
    field: atLimitSource('openrouter_in_flight_budget'),
    class: 'rate-limit',
    before: ['openrouter-type-payment'],
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample:
      '402 {"error":{"code":402,"message":"In-flight request budget exhausted. Retry when other requests have finished.","metadata":{"limit_source":"openrouter_in_flight_budget","reason":"in_flight_budget_exhausted","error_type":"payment_required"}}}',
  },
  'openrouter-too-dear': {
    status: 402,
    field: { path: 'error.metadata.reason', is: 'weight_exceeds_budget' },
    class: 'too-dear',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample:
      '402 {"error":{"code":402,"message":"This request costs more than the remaining budget.","metadata":{"limit_source":"openrouter_credits","reason":"weight_exceeds_budget","error_type":"payment_required"}}}',
  },
  'openrouter-key-limit': {
    status: 402,
    field: atLimitSource('openrouter_key_limit'),
    class: 'billing',
    scope: ['fingerprint'],
    before: ['openrouter-credits', 'openrouter-type-payment'],
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample:
      '402 {"error":{"code":402,"message":"This key has reached its credit limit.","metadata":{"limit_source":"openrouter_key_limit","error_type":"payment_required"}}}',
  },
  'openrouter-afford': {
    status: 402,
    text: /can only afford [1-9]/i,
    class: 'too-dear',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/9569',
    sample:
      '402 {"error":{"code":402,"message":"This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 30104. To increase, visit https://openrouter.ai/settings/credits and add more credits"}}',
  },
  'openrouter-budget-403': {
    status: 403,
    field: atLimitSource([
      'guardrail',
      'workspace',
      'key',
      'openrouter_key_limit',
      'openrouter_workspace',
      'openrouter_guardrail',
    ]),
    class: 'quota',
    source: '[3] developersdigest.tech',
    sample:
      '403 {"error":{"code":403,"message":"Workspace budget exceeded.","metadata":{"limit_source":"workspace","resets_at":"2026-12-01T00:00:00Z"}}}',
  },
  'openrouter-free-per-day': {
    status: 429,
    text: /free-models-per-day/i,
    class: 'quota',
    source: 'n/v: wording from memory',
    sample:
      '429 {"error":{"code":429,"message":"Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day","metadata":{"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1795305600000"}}}}',
  },
  'openrouter-credits': {
    field: atLimitSource('openrouter_credits'),
    class: 'billing',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
    sample:
      '402 {"error":{"code":402,"message":"Insufficient credits. Add more using https://openrouter.ai/settings/credits","metadata":{"limit_source":"openrouter_credits","error_type":"payment_required"}}}',
  },
  'openrouter-type-context': {
    field: atErrorType([
      'context_length_exceeded',
      'max_tokens_exceeded',
      'token_limit_exceeded',
      'string_too_long',
    ]),
    class: 'context-overflow',
    sample:
      '400 {"error":{"code":400,"message":"This endpoint\'s maximum context length is 131072 tokens. However, you requested about 150000 tokens.","metadata":{"error_type":"context_length_exceeded"}}}',
  },
  'openrouter-type-payment': {
    field: atErrorType('payment_required'),
    class: 'billing',
    sample:
      '402 {"error":{"code":402,"message":"Payment required","metadata":{"error_type":"payment_required"}}}',
  },
  'openrouter-upstream-limit': {
    status: 429,
    field: { path: 'error.metadata.raw', is: /rate-limited upstream/i },
    class: 'overloaded',
    source: 'n/v: wording from memory',
    sample:
      '429 {"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"deepseek/deepseek-v4.1-flash is temporarily rate-limited upstream. Please retry shortly.","provider_name":"Chutes","provider_code":429,"error_type":"rate_limit_exceeded"}}}',
  },
  'openrouter-type-rate': {
    field: atErrorType('rate_limit_exceeded'),
    class: 'rate-limit',
    sample:
      '429 {"error":{"code":429,"message":"Rate limit exceeded","metadata":{"error_type":"rate_limit_exceeded"}}}',
  },
  'openrouter-type-overloaded': {
    field: atErrorType('provider_overloaded'),
    class: 'overloaded',
    sample:
      '503 {"error":{"code":503,"message":"Provider overloaded","metadata":{"error_type":"provider_overloaded"}}}',
  },
  'openrouter-type-unavailable': {
    field: atErrorType(['provider_unavailable', 'timeout']),
    class: 'server-error',
    sample:
      '502 {"error":{"code":502,"message":"Provider returned an invalid response","metadata":{"error_type":"provider_unavailable"}}}',
  },
  'openrouter-type-policy': {
    field: atErrorType(['content_policy_violation', 'refusal']),
    class: 'content-policy',
    sample:
      '403 {"error":{"code":403,"message":"Your input was flagged","metadata":{"error_type":"content_policy_violation"}}}',
  },
  'openrouter-moderation': {
    status: 403,
    text: /requires moderation|was flagged/i,
    class: 'content-policy',
    sample:
      '403 {"error":{"code":403,"message":"openai/gpt-6-luna requires moderation. Your input was flagged for \\"violence\\". No credits were charged.","metadata":{"reasons":["violence"],"flagged_input":"…","provider_name":"OpenAI"}}}',
  },
  'openrouter-no-images': {
    status: [400, 404],
    text: /no endpoints found that support image input/i,
    class: 'no-images',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/XiaomiMiMo/MiMo/issues/62',
    sample: '404 {"error":{"code":404,"message":"No endpoints found that support image input"}}',
  },
  'openrouter-no-tools': {
    status: [400, 404],
    text: /no endpoints found that support tool use/i,
    class: 'no-tools',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/mastra-ai/mastra/issues/2839',
    sample:
      '404 {"error":{"code":404,"message":"No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing"}}',
  },
  // It is about a value of the request, not about the model.
  'openrouter-no-value': {
    status: [400, 404],
    text: /no endpoints found that (support the provided|can handle the requested)/i,
    class: 'refused-request',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/zed-industries/zed/issues/36094',
    sample:
      '404 {"error":{"code":404,"message":"No endpoints found that support the provided \'tool_choice\' value. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing"}}',
  },
  'openrouter-no-endpoint': {
    status: [400, 404],
    text: /no (endpoints found|allowed providers)|is not a valid model id/i,
    class: 'model-missing',
    source: 'n/v: wording from memory',
    sample: '404 {"error":{"code":404,"message":"No endpoints found for vendor/model-none."}}',
  },
  'openrouter-no-provider': {
    status: 503,
    class: 'overloaded',
    sample:
      '503 {"error":{"code":503,"message":"No available model provider that meets your routing requirements"}}',
  },
});
