/** Errors of vendors with few of their own: xAI, Mistral, Groq, Together, Fireworks, LM Studio. */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: wording from memory';

export const otherSignatures: readonly Signature[] = signaturesOf(source, {
  'xai-credits': {
    status: [403, 429],
    text: /used all available credits|monthly spending limit|doesn'?t have any credits/i,
    class: 'billing',
    source: '[I] https://github.com/continuedev/continue/issues/10373',
  },
  'xai-key-blocked': {
    status: 403,
    text: /api key is (currently )?(blocked|disabled)/i,
    class: 'auth-revoked',
  },
  'mistral-tier-capacity': {
    type: ['service_tier_capacity_exceeded', 'invalid_request_capacity'],
    class: 'overloaded',
  },
  'mistral-rate': {
    code: '1300',
    class: 'rate-limit',
  },
  'mistral-model': {
    type: 'invalid_model',
    class: 'model-missing',
  },
  'groq-restricted': {
    code: 'organization_restricted',
    class: 'account-closed',
  },
  'groq-tool-use-failed': {
    code: ['tool_use_failed', 'json_validate_failed'],
    class: 'malformed',
    source: '[D] https://console.groq.com/docs/tool-use',
  },
  'groq-flex-capacity': {
    status: 498,
    class: 'overloaded',
    source: '[D] https://console.groq.com/docs/flex-processing',
  },
  'together-credit': {
    type: 'credit_limit',
    class: 'billing',
    source: '[D] https://docs.together.ai/docs/error-codes',
  },
  'fireworks-suspended': {
    status: 412,
    text: /\bsuspended\b/i,
    class: 'billing',
    source: '[I] https://github.com/pollinations/pollinations/issues/12136',
  },
  'fireworks-412': {
    status: 412,
    isHint: true,
    class: 'billing',
  },
  'lmstudio-memory': {
    text: /insufficient system resources/i,
    class: 'too-little-memory',
    source: 'n/v: wording from memory',
  },
  'lmstudio-no-model': {
    text: /no models? loaded/i,
    class: 'not-loaded',
  },
  'lmstudio-crashed': {
    text: /model has crashed/i,
    class: 'server-error',
    source: '[I] https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/116',
  },
});
