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
  },
  'openrouter-too-dear': {
    status: 402,
    field: { path: 'error.metadata.reason', is: 'weight_exceeds_budget' },
    class: 'too-dear',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
  },
  'openrouter-key-limit': {
    status: 402,
    field: atLimitSource('openrouter_key_limit'),
    class: 'spend-limit',
    scope: ['fingerprint'],
    before: ['openrouter-credits', 'openrouter-type-payment'],
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
  },
  // The limit is that of the key, not the account's.
  'openrouter-key-limit-text': {
    status: 402,
    text: /can only afford 0\b.*\bkey with a higher\b/i,
    class: 'spend-limit',
    scope: ['fingerprint'],
    source: '[I] https://github.com/RooCodeInc/Roo-Code/issues/515',
  },
  'openrouter-afford': {
    status: 402,
    text: /can only afford [1-9]/i,
    class: 'too-dear',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/9569',
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
    class: 'spend-limit',
    source: '[3] developersdigest.tech',
  },
  'openrouter-free-per-day': {
    status: 429,
    text: /free-models-per-day/i,
    class: 'quota',
    source: 'n/v: wording from memory',
  },
  'openrouter-credits': {
    field: atLimitSource('openrouter_credits'),
    class: 'billing',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
  },
  'openrouter-type-context': {
    field: atErrorType([
      'context_length_exceeded',
      'max_tokens_exceeded',
      'token_limit_exceeded',
      'string_too_long',
    ]),
    class: 'context-overflow',
  },
  'openrouter-type-payment': {
    field: atErrorType('payment_required'),
    class: 'billing',
  },
  'openrouter-upstream-limit': {
    status: 429,
    field: { path: 'error.metadata.raw', is: /rate-limited upstream/i },
    class: 'rate-limit',
    source: 'n/v: wording from memory',
  },
  'openrouter-type-rate': {
    field: atErrorType('rate_limit_exceeded'),
    class: 'rate-limit',
  },
  'openrouter-type-overloaded': {
    field: atErrorType('provider_overloaded'),
    class: 'overloaded',
  },
  'openrouter-type-unavailable': {
    field: atErrorType(['provider_unavailable', 'timeout']),
    class: 'server-error',
  },
  'openrouter-type-policy': {
    field: atErrorType(['content_policy_violation', 'refusal']),
    class: 'content-policy',
  },
  'openrouter-moderation': {
    status: 403,
    text: /requires moderation|\b(input|prompt|content|message)s? (was|were) flagged/i,
    class: 'content-policy',
  },
  'openrouter-no-images': {
    status: [400, 404],
    text: /no endpoints found that support image input/i,
    class: 'no-images',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/XiaomiMiMo/MiMo/issues/62',
  },
  'openrouter-no-tools': {
    status: [400, 404],
    text: /no endpoints found that support tool use/i,
    class: 'no-tools',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/mastra-ai/mastra/issues/2839',
  },
  // It is about a value of the request, not about the model.
  'openrouter-no-value': {
    status: [400, 404],
    text: /no endpoints found that (support the provided|can handle the requested)/i,
    class: 'refused-request',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/zed-industries/zed/issues/36094',
  },
  'openrouter-no-endpoint': {
    status: [400, 404],
    text: /no endpoints found(?! matching your)|is not a valid model id/i,
    class: 'model-missing',
    source: 'n/v: wording from memory',
  },
  'openrouter-no-provider': {
    status: 503,
    isHint: true,
    class: 'overloaded',
  },
});
