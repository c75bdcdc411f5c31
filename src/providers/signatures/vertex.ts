/** Errors of Google's Vertex AI where they differ from what their status says. */

import { fieldAt, type Signature, signaturesOf } from './signature.ts';

const source =
  '[D] https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors';

const atReason = fieldAt('error.details[].reason');

export const vertexSignatures: readonly Signature[] = signaturesOf(source, {
  'vertex-token-expired': {
    field: atReason('ACCESS_TOKEN_EXPIRED'),
    class: 'auth-revoked',
  },
  'vertex-credentials': {
    field: atReason([
      'CREDENTIALS_MISSING',
      'ACCESS_TOKEN_TYPE_UNSUPPORTED',
      'API_KEY_INVALID',
      'API_KEY_SERVICE_BLOCKED',
    ]),
    class: 'auth-rejected',
    source: '[I] https://github.com/SillyTavern/SillyTavern/issues/4223',
  },
  'vertex-service-disabled': {
    field: atReason('SERVICE_DISABLED'),
    class: 'forbidden-model',
    scope: ['account'],
    before: ['vertex-not-enabled'],
  },
  'vertex-not-enabled': {
    field: { path: 'error.status', is: 'FAILED_PRECONDITION' },
    text: /not allowed to use Publisher Model/i,
    class: 'forbidden-model',
    scope: ['account', 'model'],
    source: '[I] https://github.com/yym68686/uni-api/issues/41',
  },
  // The quota may be zero, which never comes good. One that is named by the minute does.
  'vertex-model-quota': {
    status: 429,
    text: /aiplatform\.googleapis\.com\/(?!\S*per_(minute|second))\S*per_base_model/i,
    class: 'quota',
    scope: ['account', 'model'],
    ignoreRetryAfter: true,
    source: '[I] https://github.com/cline/cline/issues/651',
  },
  // Without a quota's name: what all customers share is used up.
  'vertex-shared-capacity': {
    status: 429,
    text: /^resource (has been )?exhausted\b(?!.*quota)/i,
    class: 'overloaded',
    source: '[I] https://github.com/google-gemini/gemini-cli/issues/15498',
  },
});
