/** Words refusals as Anthropic does: it has other types, other phrases, and no codes. */

import type { SimRefusal } from '../fault.ts';

/** platform.claude.com/docs/en/api/errors, read 2026-11. */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The vendor's phrases for what others give a code. */
const phrases: Readonly<Record<string, string>> = {
  invalid_api_key: 'invalid x-api-key',
  token_invalidated: 'OAuth token has been revoked. Please obtain a new token.',
  model_access_denied: 'Your API key does not have permission to use the specified resource.',
  insufficient_quota: 'Your credit balance is too low to access the Anthropic API.',
  context_length_exceeded: 'prompt is too long: 213462 tokens > 200000 maximum',
  content_policy_violation: 'Output blocked by content filtering policy',
  server_is_overloaded: 'Overloaded',
};

export function encodeError({ status, code, message }: SimRefusal, requestId: string): string {
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const error = { type, message: phrases[code ?? ''] ?? message };
  return JSON.stringify({ type: 'error', error, request_id: `req_${requestId}` });
}
