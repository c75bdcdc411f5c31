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
    sample:
      '400 [{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]',
  },
  'gemini-key-invalid': {
    field: atReason('API_KEY_INVALID'),
    class: 'auth-rejected',
    sample:
      '400 [{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]',
  },
  'gemini-consumer-suspended': {
    field: atReason('CONSUMER_SUSPENDED'),
    class: 'auth-revoked',
    sample:
      '403 [{"error":{"code":403,"message":"Permission denied: Consumer \'api_key:AIza…\' has been suspended.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CONSUMER_SUSPENDED","domain":"googleapis.com"}]}}]',
  },
  'gemini-no-tier-quota': {
    status: 429,
    field: atStatus('RESOURCE_EXHAUSTED'),
    text: /limit: 0\b/i,
    class: 'quota',
    scope: ['account', 'model'],
    ignoreRetryAfter: true,
    before: ['gemini-quota-per-day'],
    source: '[3] dev.to/nils44344',
    sample:
      '429 [{"error":{"code":429,"message":"You exceeded your current quota. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-4-argon. Please retry in 37043s.","status":"RESOURCE_EXHAUSTED"}}]',
  },
  'gemini-quota-per-day': {
    status: 429,
    field: { path: 'error.details[].violations[].quotaId', is: /PerDay/i },
    class: 'quota',
    scope: ['account', 'model'],
    source: '[3] dev.to/nils44344',
    sample:
      '429 [{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Quota exceeded for metric: generate_content_free_tier_requests, limit: 250","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}]',
  },
  'gemini-quota-per-minute': {
    status: 429,
    field: { path: 'error.details[].violations[].quotaId', is: /PerMinute/i },
    class: 'rate-limit',
    before: ['gemini-exhausted'],
    source: '[3] dev.to/nils44344',
    sample:
      '429 [{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]}]}}]',
  },
  'gemini-location': {
    field: atStatus('FAILED_PRECONDITION'),
    text: /location/i,
    class: 'forbidden-request',
    before: ['gemini-precondition'],
    sample:
      '400 [{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}]',
  },
  'gemini-precondition': {
    field: atStatus('FAILED_PRECONDITION'),
    class: 'billing',
    sample:
      '400 [{"error":{"code":400,"message":"Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.","status":"FAILED_PRECONDITION"}}]',
  },
  'gemini-key-leaked': {
    field: atStatus('PERMISSION_DENIED'),
    text: /reported as leaked|has been suspended/i,
    class: 'auth-revoked',
    source: 'n/v: wording from memory',
    sample:
      '403 [{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}]',
  },
  'gemini-permission': {
    field: atStatus(['PERMISSION_DENIED', 'UNAUTHENTICATED']),
    class: 'auth-rejected',
    sample:
      '403 [{"error":{"code":403,"message":"Your API key doesn\'t have the required permissions.","status":"PERMISSION_DENIED"}}]',
  },
  'gemini-exhausted': {
    field: atStatus('RESOURCE_EXHAUSTED'),
    class: 'rate-limit',
    sample:
      '429 [{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}]',
  },
  'gemini-unavailable': {
    field: atStatus('UNAVAILABLE'),
    class: 'overloaded',
    sample:
      '503 [{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}]',
  },
  'gemini-internal': {
    field: atStatus(['INTERNAL', 'DEADLINE_EXCEEDED']),
    class: 'server-error',
    sample:
      '500 [{"error":{"code":500,"message":"An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting","status":"INTERNAL"}}]',
  },
  'gemini-thought-signature': {
    status: 400,
    text: /missing a `?thought_signature/i,
    class: 'foreign-history',
    source: '[I] https://github.com/lbjlaq/Antigravity-Manager/issues/139',
    sample:
      '400 [{"error":{"code":400,"message":"Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance.","status":"INVALID_ARGUMENT"}}]',
  },
  'gemini-thought-signature-foreign': {
    status: 400,
    text: /(?:corrupted|invalid) thought[_ ]signature/i,
    class: 'foreign-history',
    source: '[3] https://docs.apiyi.com/en/faq/gemini-thought-signature-missing',
    sample:
      '400 {"error":{"code":400,"message":"Corrupted thought signature.","status":"INVALID_ARGUMENT"}}',
  },
  'gemini-model': {
    field: atStatus('NOT_FOUND'),
    class: 'model-missing',
    sample:
      '404 [{"error":{"code":404,"message":"models/gemini-none is not found for API version v1main, or is not supported for generateContent.","status":"NOT_FOUND"}}]',
  },
});
