/** Failures of OpenRouter: one status has several meanings, told apart by the metadata. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://openrouter.ai/docs/api/reference/errors-and-debugging';

export const openrouterSignatures: readonly Signature[] = signaturesOf(source, {
  'openrouter-in-flight-budget': {
    field: { path: 'error.metadata.limit_source', is: 'openrouter_in_flight_budget' },
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
    field: { path: 'error.metadata.limit_source', is: 'openrouter_key_limit' },
    class: 'billing',
    scope: ['fingerprint'],
    before: ['openrouter-credits', 'openrouter-type-payment'],
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
  },
  'openrouter-afford': {
    status: 402,
    text: /can only afford [1-9]/i,
    class: 'too-dear',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/9569',
  },
  'openrouter-budget-403': {
    status: 403,
    field: {
      path: 'error.metadata.limit_source',
      is: [
        'guardrail',
        'workspace',
        'key',
        'openrouter_key_limit',
        'openrouter_workspace',
        'openrouter_guardrail',
      ],
    },
    class: 'quota',
    source: '[3] developersdigest.tech',
  },
  'openrouter-free-per-day': {
    status: 429,
    text: /free-models-per-day/i,
    class: 'quota',
    source: 'n/v: wording from memory',
  },
  'openrouter-credits': {
    field: { path: 'error.metadata.limit_source', is: 'openrouter_credits' },
    class: 'billing',
    source: '[D] https://openrouter.ai/docs/api/reference/limits',
  },
  'openrouter-type-context': {
    field: {
      path: 'error.metadata.error_type',
      is: ['context_length_exceeded', 'max_tokens_exceeded', 'token_limit_exceeded', 'string_too_long'],
    },
    class: 'context-overflow',
  },
  'openrouter-type-payment': {
    field: { path: 'error.metadata.error_type', is: 'payment_required' },
    class: 'billing',
  },
  'openrouter-upstream-limit': {
    status: 429,
    field: { path: 'error.metadata.raw', is: /rate-limited upstream/i },
    class: 'overloaded',
    source: 'n/v: wording from memory',
  },
  'openrouter-type-rate': {
    field: { path: 'error.metadata.error_type', is: 'rate_limit_exceeded' },
    class: 'rate-limit',
  },
  'openrouter-type-overloaded': {
    field: { path: 'error.metadata.error_type', is: 'provider_overloaded' },
    class: 'overloaded',
  },
  'openrouter-type-unavailable': {
    field: { path: 'error.metadata.error_type', is: ['provider_unavailable', 'timeout'] },
    class: 'server-error',
  },
  'openrouter-type-policy': {
    field: { path: 'error.metadata.error_type', is: ['content_policy_violation', 'refusal'] },
    class: 'content-policy',
  },
  'openrouter-moderation': { status: 403, text: /requires moderation|was flagged/i, class: 'content-policy' },
  'openrouter-no-images': {
    status: [400, 404],
    text: /no endpoints found that support image input/i,
    class: 'no-images',
    before: ['openrouter-no-endpoint'],
    source: '[I] https://github.com/XiaomiMiMo/MiMo/issues/62',
  },
  'openrouter-no-endpoint': {
    status: [400, 404],
    text: /no (endpoints found|allowed providers)|is not a valid model id/i,
    class: 'model-missing',
    source: 'n/v: wording from memory',
  },
  'openrouter-no-provider': { status: 503, class: 'overloaded' },
});
