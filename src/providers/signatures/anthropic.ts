/** Anthropic's own errors: bills inside a 400, plan windows in headers. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[S] CLIProxyAPI';

export const anthropicSignatures: readonly Signature[] = signaturesOf(source, {
  'anthropic-spend-limit-code': {
    field: { path: 'error.details.error_code', is: 'enforced_spend_limit_reached' },
    class: 'billing',
    permanent: true,
    source: '[D] learn.microsoft.com dev-proxy',
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"You have reached your monthly spend limit.","details":{"error_code":"enforced_spend_limit_reached"}},"request_id":"req_011CSfixture"}',
  },
  'anthropic-plan-5h': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-5h-status', is: /^rejected$/i },
    class: 'quota',
    before: ['anthropic-plan-7d', 'anthropic-plan-7d-model'],
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your account\'s rate limit. Please try again later."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-plan-7d': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-7d-status', is: /^rejected$/i },
    class: 'quota',
    before: ['anthropic-plan-7d-model'],
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your account\'s rate limit. Please try again later."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-plan-7d-model': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-7d_oi-status', is: /^rejected$/i },
    class: 'quota',
    scope: ['account', 'model'],
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your account\'s rate limit. Please try again later."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-request-too-large': {
    type: 'request_too_large',
    class: 'context-overflow',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '413 {"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum allowed number of bytes. The maximum request size is 32 MB."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-token-revoked': {
    status: [400, 401, 403],
    text: /token has been revoked|api key has been (disabled|deleted|revoked)/i,
    class: 'auth-revoked',
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
    sample:
      '401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has been revoked. Please obtain a new token."},"request_id":"req_011CSfixture"}',
  },
  // A 403 also has a type about permissions.
  'anthropic-organization-disabled': {
    status: [400, 401, 403],
    field: { path: 'error.message', is: /organi[sz]ation has been disabled/i },
    class: 'auth-revoked',
    scope: ['account'],
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
    sample:
      '403 {"type":"error","error":{"type":"permission_error","message":"This organization has been disabled."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-credit-balance': {
    status: [400, 402, 403, 429],
    text: /credit balance is too low|reached your specified (api|workspace api) usage limits|spend limit/i,
    class: 'billing',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
    sample:
      '400 {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-model-access': {
    type: 'permission_error',
    text: /permission to use the specified (resource|model)|access to (the )?(requested )?model/i,
    class: 'forbidden-model',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '403 {"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-prefill-refused': {
    status: 400,
    text: /does not support assistant message prefill/i,
    class: 'refused-request',
    source: '[I] https://github.com/smallmain/vscode-unify-chat-provider/issues/249',
    sample:
      '400 {"type":"error","error":{"type":"invalid_request_error","message":"This model does not support assistant message prefill. The conversation must end with a user message."},"request_id":"req_011CSfixture"}',
  },
  'anthropic-permission': {
    type: 'permission_error',
    class: 'forbidden-request',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '403 {"type":"error","error":{"type":"permission_error","message":"Request not allowed"},"request_id":"req_011CSfixture"}',
  },
});
