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
      'missing_api_key',
    ],
    class: 'auth-rejected',
    sample:
      '401 {"error":{"message":"Incorrect API key provided: sk-****abcd. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
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
    sample:
      '401 {"error":{"message":"Your authentication token has been invalidated. Please try signing in again.","type":"invalid_request_error","param":null,"code":"token_invalidated"}}',
  },
  'any-account-deactivated': {
    code: [
      'account_deactivated',
      'organization_disabled',
      'organization_restricted',
      'account_disabled',
    ],
    class: 'auth-revoked',
    scope: ['account'],
    before: ['any-invalid-grant'],
    sample:
      '401 {"error":{"message":"The account associated with this API key has been deactivated.","type":"invalid_request_error","param":null,"code":"account_deactivated"}}',
  },
  // Types beside it are less exact: about a permission, or a key.
  'any-account-disabled': {
    status: [400, 401, 403],
    field: {
      path: 'error.message',
      is: /\b(organi[sz]ation|account|workspace|team)( [\w-]+){0,2} (has been|have been|was|is) (permanently )?(disabled|deactivated|terminated|banned)/i,
    },
    class: 'auth-revoked',
    scope: ['account'],
    before: ['any-token-revoked', 'any-invalid-grant'],
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
    sample:
      '403 {"type":"error","error":{"type":"permission_error","message":"This organization has been disabled."}}',
  },
  'any-invalid-grant': {
    field: { path: 'error', is: 'invalid_grant' },
    class: 'auth-revoked',
    source: '[D] https://www.rfc-editor.org/rfc/rfc6749#section-5.2',
    sample:
      '400 {"error":"invalid_grant","error_description":"Token has been expired or revoked."}',
  },
  'any-authentication-error': {
    type: ['authentication_error', 'invalid_authentication_error', 'invalid_api_key_error'],
    class: 'auth-rejected',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_011CSfixture"}',
  },
  'any-context-length-exceeded': {
    code: ['context_length_exceeded', 'context_window_exceeded', 'model_context_window_exceeded'],
    class: 'context-overflow',
    sample:
      '400 {"error":{"message":"This model\'s maximum context length is 128000 tokens. However, your messages resulted in 150321 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
  },
  'any-content-policy': {
    code: [
      'content_policy_violation',
      'content_filter',
      'moderation_blocked',
      'cyber_policy_violation',
      'ResponsibleAIPolicyViolation',
    ],
    class: 'content-policy',
    sample:
      '400 {"error":{"message":"Your request was rejected as a result of our safety system.","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}',
  },
  'any-model-not-allowed': {
    status: [401, 403],
    code: ['model_not_found', 'model_not_allowed', 'model_access_denied'],
    class: 'forbidden-model',
    source: 'n/v: project model limits, from memory',
    sample:
      '403 {"error":{"message":"Project `proj_fixture` does not have access to model `gpt-6-astra`","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
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
    ],
    class: 'model-missing',
    sample:
      '404 {"error":{"message":"The model `gpt-7-none` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
  },
  'any-request-above-rate': {
    code: 'rate_limit_exceeded',
    text: /^request too large/i,
    class: 'refused-request',
    before: ['any-rate-limit-code'],
    source: '[I] https://github.com/TheR1D/shell_gpt/issues/653',
    sample:
      '429 {"error":{"message":"Request too large for gpt-4o in organization org-fixture on tokens per min (TPM): Limit 30000, Requested 41223. The input or output tokens must be reduced in order to run successfully.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
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
    sample:
      '429 {"error":{"message":"Rate limit reached for gpt-4o in organization org-fixture on tokens per min (TPM): Limit 30000, Used 29811, Requested 1022. Please try again in 1.666s.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
  },
  'any-rate-limit-type': {
    type: ['rate_limit_error', 'rate_limited', 'rate_limit_exceeded_error'],
    class: 'rate-limit',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"Number of request tokens has exceeded your per-minute rate limit"},"request_id":"req_011CSfixture"}',
  },
  'any-overloaded-code': {
    code: [
      'server_is_overloaded',
      'overloaded',
      'overloaded_error',
      'server_overloaded',
      'model_overloaded',
      'capacity_exceeded',
    ],
    class: 'overloaded',
    sample:
      '503 {"error":{"message":"The server is currently overloaded. Please try again later.","type":"service_unavailable_error","param":null,"code":"server_is_overloaded"}}',
  },
  'any-overloaded-type': {
    type: [
      'overloaded_error',
      'service_unavailable_error',
      'service_unavailable',
      'engine_overloaded_error',
    ],
    class: 'overloaded',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CSfixture"}',
  },
  'any-billing-type': {
    type: [
      'billing_error',
      'insufficient_balance_error',
      'insufficient_quota',
      'payment_required',
      'CreditsError',
    ],
    class: 'billing',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
    sample:
      '402 {"type":"error","error":{"type":"billing_error","message":"Your account has an unpaid balance. Please update your payment details."},"request_id":"req_011CSfixture"}',
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
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'billing_hard_limit_reached',
      'billing_not_active',
    ],
    class: 'billing',
    source: '[I] https://github.com/Gitlawb/openclaude/issues/1489',
    sample:
      '402 {"error":{"message":"Insufficient credits — top up your balance","type":"insufficient_quota","param":null,"code":"insufficient_credits"}}',
  },
  // Proxies combine it with any status and any type.
  'any-credit-balance': {
    field: { path: 'error.message', is: /credit balance is too low/i },
    class: 'billing',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
    sample:
      '400 {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}',
  },
  'any-tool-call-id-shape': {
    code: 'string_above_max_length',
    text: /(tool_calls?\[\d+\]\.id|call_id)/i,
    class: 'foreign-history',
    source: '[I] https://github.com/agno-agi/agno/issues/5382',
    sample:
      '400 {"error":{"message":"Invalid \'messages[3].tool_calls[0].id\': string too long. Expected a string with maximum length 40, but got a string with length 52 instead.","type":"invalid_request_error","param":"messages[3].tool_calls[0].id","code":"string_above_max_length"}}',
  },
  'any-parameter-code': {
    code: ['unsupported_parameter', 'unsupported_value', 'unknown_parameter'],
    class: 'parameter',
    sample:
      '400 {"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model. Use \'max_completion_tokens\' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}',
  },
  'any-caller-fault': {
    status: [400, 413, 422],
    code: [
      'missing_required_parameter',
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
    sample:
      '400 {"error":{"message":"Missing required parameter: \'messages\'.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}',
  },
  'any-server-error': {
    status: [200, 403, 500, 502, 503, 504],
    type: ['server_error', 'api_error', 'internal_error', 'internal_server_error', 'timeout_error'],
    isVague: true,
    class: 'server-error',
    before: ['any-status-403', 'any-status-503'],
    sample:
      '500 {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}',
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
    sample:
      '500 {"error":{"message":"Internal server error","type":null,"param":null,"code":"internal_error"}}',
  },
  'any-model-error': {
    type: 'ModelError',
    class: 'model-missing',
    source: '[I] https://github.com/anomalyco/opencode/issues/29568',
    sample:
      '401 {"type":"error","error":{"type":"ModelError","message":"Model qwen3.7-max is not supported for format oa-compat"}}',
  },
  'any-region': {
    code: ['unsupported_country_region_territory', 'unsupported_region', 'ip_not_authorized'],
    class: 'forbidden-request',
    source: '[D] https://platform.openai.com/docs/supported-countries',
    sample:
      '403 {"error":{"message":"Country, region, or territory not supported","type":"request_forbidden","param":null,"code":"unsupported_country_region_territory"}}',
  },
});
