/** Errors of the Gemini API, whose compatible origin wraps the error in an array. */

import { fieldAt, type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://ai.google.dev/gemini-api/docs/troubleshooting';

const atStatus = fieldAt('error.status');
const atReason = fieldAt('error.details[].reason');

export const geminiSignatures: readonly Signature[] = signaturesOf(source, {
  'gemini-key-expired': {
    field: atReason('API_KEY_INVALID'),
    text: /expired/i,
    class: 'auth-revoked',
  },
  'gemini-key-invalid': {
    field: atReason('API_KEY_INVALID'),
    class: 'auth-rejected',
  },
  'gemini-consumer-suspended': {
    field: atReason('CONSUMER_SUSPENDED'),
    class: 'account-closed',
  },
  'gemini-no-tier-quota': {
    status: 429,
    field: atStatus('RESOURCE_EXHAUSTED'),
    text: /limit: 0\b|n.t have a free (quota )?tier\b/i,
    class: 'not-in-plan',
    ignoreRetryAfter: true,
    before: ['gemini-quota-per-day'],
    source: '[3] dev.to/nils44344',
  },
  'gemini-quota-per-day': {
    status: 429,
    field: { path: 'error.details[].violations[].quotaId', is: /PerDay/i },
    class: 'quota',
    scope: ['account', 'model'],
    source: '[3] dev.to/nils44344',
  },
  'gemini-quota-per-minute': {
    status: 429,
    field: { path: 'error.details[].violations[].quotaId', is: /PerMinute/i },
    class: 'rate-limit',
    before: ['gemini-exhausted'],
    source: '[3] dev.to/nils44344',
  },
  'gemini-location': {
    field: atStatus('FAILED_PRECONDITION'),
    text: /user location(?!.*billing)/i,
    class: 'forbidden-region',
  },
  'gemini-key-leaked': {
    field: atStatus('PERMISSION_DENIED'),
    text: /reported as leaked|has been suspended/i,
    class: 'auth-revoked',
    source: 'n/v: wording from memory',
  },
  // The key is good: its project has this API switched off.
  'gemini-service-off': {
    field: atReason('SERVICE_DISABLED'),
    class: 'forbidden-key',
    source:
      '[D] https://googleapis.dev/python/googleapis-common-protos/latest (google.api.ErrorReason)',
  },
  // The key is good: its own restrictions shut this API or this caller out.
  'gemini-restricted': {
    field: atReason([
      'API_KEY_SERVICE_BLOCKED',
      'API_KEY_HTTP_REFERRER_BLOCKED',
      'API_KEY_IP_ADDRESS_BLOCKED',
      'API_KEY_ANDROID_APP_BLOCKED',
      'API_KEY_IOS_APP_BLOCKED',
    ]),
    class: 'restricted-key',
    source:
      '[D] https://googleapis.dev/python/googleapis-common-protos/latest (google.api.ErrorReason)',
  },
  // Others say with the same status that there is no money, or no capacity.
  'gemini-exhausted': {
    field: atStatus('RESOURCE_EXHAUSTED'),
    text: /\b(resource (has been )?exhausted|exceeded your current quota)\b/i,
    class: 'rate-limit',
  },
  'gemini-thought-signature': {
    status: 400,
    text: /missing a `?thought_signature/i,
    class: 'foreign-history',
    source: '[I] https://github.com/lbjlaq/Antigravity-Manager/issues/139',
  },
  'gemini-thought-signature-foreign': {
    status: 400,
    text: /(?:corrupted|invalid) thought[_ ]signature/i,
    class: 'foreign-history',
    source: '[3] https://docs.apiyi.com/en/faq/gemini-thought-signature-missing',
  },
  'gemini-model': {
    field: atStatus('NOT_FOUND'),
    class: 'model-missing',
  },
});
