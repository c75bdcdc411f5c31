/**
 * Structured codes that mean the same at every vendor. `insufficient_quota` is an empty balance;
 * the one vendor that throttles with it has its own row. `invalid_request_error` is missing,
 * because vendors add it to anything.
 */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.openai.com/docs/guides/error-codes';

export const genericCodeSignatures: readonly Signature[] = signaturesOf(source, {
  'any-invalid-api-key': {
    code: [
      'invalid_api_key',
      'incorrect_api_key',
      'authentication_error',
      'InvalidApiKey',
      'api_key_invalid',
    ],
    class: 'auth-rejected',
  },
  'any-missing-api-key': {
    code: ['missing_api_key', 'no_api_key', 'api_key_missing', 'api_key_required'],
    class: 'auth-unseen',
  },
  'any-token-revoked': {
    code: [
      'token_invalidated',
      'token_revoked',
      'api_key_revoked',
      'key_disabled',
      'api_key_disabled',
    ],
    class: 'auth-revoked',
    source: '[I] https://github.com/router-for-me/CLIProxyAPI/issues/3654',
  },
  'any-account-deactivated': {
    code: [
      'account_deactivated',
      'organization_disabled',
      'organization_restricted',
      'account_disabled',
    ],
    class: 'account-closed',
    before: ['any-invalid-grant'],
  },
  // Types beside it are less exact: about a permission, or a key.
  'any-account-disabled': {
    status: [400, 401, 403],
    field: {
      path: 'error.message',
      is: /(?<!\b(for|of|in) (the|this|your) )\b(organi[sz]ation|account|workspace|team)( [\w-]+){0,2} (has been|have been|was|is) (permanently )?(disabled|deactivated|terminated|banned)/i,
    },
    class: 'account-closed',
    before: ['any-token-revoked', 'any-invalid-grant'],
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
  },
  'any-invalid-grant': {
    field: { path: 'error', is: 'invalid_grant' },
    class: 'auth-revoked',
    source: '[D] https://www.rfc-editor.org/rfc/rfc6749#section-5.2',
  },
  'any-authentication-error': {
    type: ['authentication_error', 'invalid_authentication_error', 'invalid_api_key_error'],
    class: 'auth-rejected',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  // Headers of the request name another organization or project than the key's.
  'any-other-organization': {
    status: [400, 401, 403],
    code: [
      'mismatched_organization',
      'mismatched_project',
      'invalid_organization',
      'invalid_project',
    ],
    class: 'forbidden-key',
  },
  'any-context-length-exceeded': {
    code: [
      'context_length_exceeded',
      'context_window_exceeded',
      'model_context_window_exceeded',
      'tokens_too_long',
      'tokens_limit_reached',
    ],
    class: 'context-overflow',
  },
  'any-content-policy': {
    code: [
      'content_policy_violation',
      'content_filter',
      'moderation_blocked',
      'cyber_policy_violation',
      'ResponsibleAIPolicyViolation',
      'data_inspection_failed',
      'DataInspectionFailed',
      'InputTextSensitiveContentDetected',
      'OutputTextSensitiveContentDetected',
    ],
    class: 'content-policy',
  },
  'any-content-type': {
    type: ['censorship_blocked', 'content_filter', 'content_policy_violation'],
    class: 'content-policy',
    source: '[D] https://platform.stepfun.com/docs/guide/error_code',
  },
  'any-model-not-allowed': {
    status: [401, 403],
    code: ['model_not_found', 'model_not_allowed', 'model_access_denied'],
    class: 'forbidden-model',
    source: 'n/v: project model limits, from memory',
  },
  'any-model-not-found': {
    code: [
      'model_not_found',
      'model_not_exist',
      'ModelNotFound',
      'DeploymentNotFound',
      'invalid_model',
      'unknown_model',
      'model_decommissioned',
      'deprecated_model',
      'model_not_available',
    ],
    class: 'model-missing',
  },
  // The vendor has the model, and wants to know first who asks.
  'any-model-to-verify': {
    code: ['model_not_found', 'model_not_allowed'],
    text: /\bmust be verified\b|\bverif(y|ication)\b.{0,40}\b(organi[sz]ation|identity|account)\b/i,
    class: 'forbidden-model',
    before: ['any-model-not-found', 'any-model-not-allowed'],
    source: '[D] https://help.openai.com/en/articles/10910291-api-organization-verification',
  },
  // The model answers others, and this organization only where nothing is streamed.
  'any-stream-to-verify': {
    code: 'unsupported_value',
    param: 'stream',
    text: /\bmust be verified\b/i,
    class: 'forbidden-feature',
    before: ['any-parameter-code'],
    source: '[D] https://help.openai.com/en/articles/10910291-api-organization-verification',
  },
  // What is refused is the name that the configuration gives the model.
  'any-model-param': {
    status: [400, 422],
    param: 'model',
    isVague: true,
    class: 'model-missing',
    source: '[I] https://github.com/HeyPuter/puter/issues/3168',
  },
  // A router says so of a model that an account could switch on.
  'any-model-unsupported-code': {
    code: 'model_not_supported',
    text: /^(?!.*\b(provider|enabled)\b)/is,
    class: 'model-missing',
    source: 'n/v: GitHub Copilot, from memory',
  },
  'any-rate-of-a-day': {
    code: 'RateLimitReached',
    text: /ByDay\b|\bper 86400 ?s/i,
    class: 'quota',
    source: 'n/v: GitHub Models, from memory',
  },
  'any-no-access-model': {
    status: [401, 403],
    code: 'no_access',
    text: /\bmodel\b/i,
    class: 'forbidden-model',
    source: 'n/v: GitHub Models, from memory',
  },
  'any-no-access-code': {
    status: [401, 403],
    code: 'no_access',
    class: 'forbidden-key',
    source: 'n/v: GitHub Models, from memory',
  },
  'any-request-above-rate': {
    code: 'rate_limit_exceeded',
    text: /^request too large/i,
    class: 'too-large',
    before: ['any-rate-limit-code'],
    source: '[I] https://github.com/TheR1D/shell_gpt/issues/653',
  },
  'any-rate-limit-code': {
    code: [
      'rate_limit_exceeded',
      'rate_limit_error',
      'rate_limit_reached',
      'slow_down',
      'too_many_requests',
      'requests_limit_exceeded',
    ],
    class: 'rate-limit',
    source: '[D] https://platform.openai.com/docs/guides/rate-limits',
  },
  // No pause of some seconds ends it.
  'any-long-window-type': {
    type: ['rate_limit_error', 'rate_limited'],
    text: /\b(daily|weekly|monthly) (rate |usage |token )?limit\b|\bout of extra usage\b/i,
    class: 'quota',
    before: ['any-rate-limit-type'],
    source: 'n/v: Anthropic, from memory',
  },
  // The project has the model in name only.
  'any-zero-quota': {
    status: 429,
    field: { path: 'error.details[].metadata.quota_limit_value', is: '0' },
    class: 'not-in-plan',
    ignoreRetryAfter: true,
    source: '[I] https://github.com/songquanpeng/one-api/issues/1775',
  },
  'any-rate-limit-type': {
    type: ['rate_limit_error', 'rate_limited', 'rate_limit_exceeded_error'],
    class: 'rate-limit',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  'any-overloaded-code': {
    code: [
      'server_is_overloaded',
      'overloaded',
      'overloaded_error',
      'server_overloaded',
      'model_overloaded',
      'capacity_exceeded',
      'ServerOverloaded',
      'resource_unavailable',
    ],
    class: 'overloaded',
  },
  'any-overloaded-type': {
    type: ['overloaded_error', 'engine_overloaded_error'],
    class: 'overloaded',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  // It says that there is no service, not why.
  'any-unavailable-type': {
    type: ['service_unavailable_error', 'service_unavailable'],
    isHint: true,
    class: 'overloaded',
  },
  'any-billing-type': {
    type: [
      'billing_error',
      'insufficient_balance_error',
      'insufficient_quota',
      'insufficient_credits',
      'payment_required',
      'CreditsError',
    ],
    class: 'billing',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  'any-billing-code': {
    code: [
      'insufficient_quota',
      'insufficient_balance',
      'insufficient_credits',
      'billing_error',
      'insufficient_user_quota',
      'insufficient_funds',
      'credit_balance_exhausted',
      'billing_not_active',
    ],
    class: 'billing',
    source: '[I] https://github.com/Gitlawb/openclaude/issues/1489',
  },
  'any-spend-limit-code': {
    code: [
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'billing_hard_limit_reached',
    ],
    class: 'spend-limit',
    before: ['any-key-budget'],
  },
  'any-tool-call-id-shape': {
    code: 'string_above_max_length',
    text: /(tool_calls?\[\d+\]\.id|call_id)/i,
    class: 'foreign-history',
    source: '[I] https://github.com/agno-agi/agno/issues/5382',
  },
  'any-parameter-code': {
    code: ['unsupported_parameter', 'unsupported_value', 'unknown_parameter'],
    class: 'parameter',
  },
  'any-caller-fault': {
    status: [400, 413, 422],
    code: [
      'missing_required_parameter',
      'MissingParameter',
      'invalid_type',
      'invalid_json',
      'json_invalid',
      'string_above_max_length',
      'array_above_max_length',
      'invalid_image_format',
      'invalid_base64',
      'invalid_function_parameters',
    ],
    class: 'bad-request',
  },
  'any-server-error': {
    status: [200, 403, 500, 502, 503, 504],
    type: ['server_error', 'api_error', 'internal_error', 'internal_server_error', 'timeout_error'],
    isVague: true,
    class: 'server-error',
    before: ['any-status-403', 'any-status-503'],
  },
  'any-server-error-code': {
    status: [200, 403, 500, 502, 503, 504],
    code: [
      'server_error',
      'api_error',
      'internal_error',
      'internal_server_error',
      'upstream_error',
      'InternalError',
    ],
    isVague: true,
    class: 'server-error',
    before: ['any-status-403', 'any-status-503'],
  },
  'any-model-error': {
    type: ['ModelError', 'invalid_model', 'model_gone'],
    class: 'model-missing',
    source: '[I] https://github.com/anomalyco/opencode/issues/29568',
  },
  // The key is good, and its data stays in another region: the words name the host to ask.
  'any-other-host': {
    code: 'incorrect_hostname',
    class: 'not-offered',
    source: '[D] https://platform.openai.com/docs/guides/your-data',
  },
  'any-region': {
    code: ['unsupported_country_region_territory', 'unsupported_region', 'unsupported_country'],
    class: 'forbidden-region',
    source: '[D] https://platform.openai.com/docs/supported-countries',
  },
  'any-address-code': {
    code: ['ip_not_authorized', 'ip_not_allowed'],
    class: 'restricted-key',
  },
});
