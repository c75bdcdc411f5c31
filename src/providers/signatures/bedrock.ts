/**
 * Errors of Amazon Bedrock. Their names come in a header or in the body, and are compared without
 * `Exception`: see `code` in signature.ts.
 */

import { type Signature, signaturesOf } from './signature.ts';

const source =
  '[D] https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html';

/** An API key of Bedrock is a bearer token; a short-term one lasts 12 hours. */
const expiredWords =
  /\b(security|bearer|session) token\b.{0,40}\bexpired\b|\bapi key\b.{0,20}\bexpired\b|\bexpired ?token\b/i;

export const bedrockSignatures: readonly Signature[] = signaturesOf(source, {
  // With a capital M. An invalid key and a key of another region are told alike.
  'bedrock-key-elsewhere': {
    status: 403,
    field: {
      path: 'Message',
      is: /^Authentication failed: Please make sure your API Key is valid/i,
    },
    class: 'auth-elsewhere',
    source: '[I] https://github.com/ai4s-research/open-science/issues/53',
  },
  'bedrock-key-expired': {
    code: ['ExpiredToken', 'RequestExpired'],
    class: 'auth-revoked',
  },
  'bedrock-key-expired-text': {
    status: 403,
    text: expiredWords,
    class: 'auth-revoked',
    source: '[I] https://github.com/anthropics/claude-code/issues/28032',
  },
  // The words say more than the name, which it shares with a missing right.
  'bedrock-key-expired-denied': {
    code: 'AccessDenied',
    text: expiredWords,
    class: 'auth-revoked',
    source: '[I] https://github.com/anthropics/claude-code/issues/28032',
  },
  'bedrock-clock': {
    field: { path: 'message', is: /^signature (expired|not yet current)\b/i },
    class: 'wrong-clock',
    before: ['bedrock-key-unknown'],
    source:
      '[D] https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
  },
  'bedrock-key-unknown': {
    code: [
      'UnrecognizedClient',
      'InvalidClientTokenId',
      'InvalidSignature',
      'IncompleteSignature',
      'MissingAuthenticationToken',
    ],
    class: 'auth-rejected',
  },
  // Of an account that AWS does not let have the model: no change of the request helps.
  'bedrock-not-allowed': {
    status: 400,
    text: /^operation not allowed\.?$/i,
    class: 'forbidden-model',
    scope: ['account', 'model'],
    source: 'n/v: wording from memory',
  },
  'bedrock-form': {
    code: 'FTUFormNotFilled',
    class: 'forbidden-model',
    scope: ['account', 'model'],
  },
  'bedrock-form-text': {
    status: [403, 404],
    text: /use case details have not been submitted/i,
    class: 'forbidden-model',
    scope: ['account', 'model'],
  },
  'bedrock-agreement-pending': {
    code: 'MPAgreementBeingCreated',
    class: 'not-ready',
  },
  'bedrock-agreement-pending-text': {
    status: 403,
    text: /marketplace subscription for (this|the) model .{0,20}still being processed/i,
    class: 'not-ready',
  },
  'bedrock-model-cold': {
    code: 'ModelNotReady',
    class: 'not-ready',
  },
  'bedrock-model-cold-text': {
    status: 429,
    text: /model\b.{0,40}\bnot ready (to serve|for)/i,
    class: 'not-ready',
    source:
      '[D] https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html',
  },
  'bedrock-service-quota': {
    code: 'ServiceQuotaExceeded',
    class: 'quota',
    scope: ['account', 'model'],
  },
  'bedrock-tokens-per-day': {
    status: 429,
    text: /too many (tokens|requests) per day/i,
    class: 'quota',
    scope: ['account', 'model'],
    source: '[I] https://github.com/Ivy-Interactive/Ivy-Tendril/issues/1756',
  },
  'bedrock-model-broke': {
    status: 424,
    class: 'server-error',
    source:
      '[D] https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html',
  },
  'bedrock-other-route': {
    text: /isn't supported on this route/i,
    class: 'not-offered',
    source: '[D] https://docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html',
  },
});
