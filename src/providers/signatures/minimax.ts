/**
 * MiniMax's errors: a number in `base_resp` inside HTTP 200, or the same number in brackets at the
 * end of the message.
 */

import { fieldAt, type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.minimax.io/docs/api-reference/errorcode';

const atBaseStatus = fieldAt('base_resp.status_code');

export const minimaxSignatures: readonly Signature[] = signaturesOf(source, {
  'minimax-plan-lacks-model': {
    field: atBaseStatus(['2056']),
    text: /0\/0 used/i,
    class: 'forbidden-model',
    source: '[I] https://github.com/MiniMax-AI/MiniMax-MCP/issues/80',
    sample:
      '200 {"base_resp":{"status_code":2056,"status_msg":"usage limit exceeded, 5-hour usage limit: 0/0 used"}}',
  },
  'minimax-usage-limit': {
    field: atBaseStatus(['2056']),
    class: 'quota',
    sample:
      '200 {"base_resp":{"status_code":2056,"status_msg":"usage limit exceeded, 5-hour usage limit reached for Token Plan (1500/1500 used), resets at 2026-11-21T15:00:00Z"}}',
  },
  'minimax-rate-limit': {
    field: atBaseStatus(['1002', '1039', '1041']),
    class: 'rate-limit',
    sample: '200 {"base_resp":{"status_code":1002,"status_msg":"rate limit exceeded(RPM)"}}',
  },
  'minimax-auth': {
    field: atBaseStatus(['1004', '2049']),
    class: 'auth-rejected',
    sample: '200 {"base_resp":{"status_code":2049,"status_msg":"invalid api key"}}',
  },
  'minimax-balance': {
    field: atBaseStatus(['1008']),
    class: 'billing',
    sample: '200 {"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}',
  },
  'minimax-sensitive': {
    field: atBaseStatus(['1026', '1027']),
    class: 'content-policy',
    sample: '200 {"base_resp":{"status_code":1026,"status_msg":"input new_sensitive"}}',
  },
  'minimax-window': {
    field: atBaseStatus(['2013']),
    text: /context window exceeds limit/i,
    class: 'context-overflow',
    source: '[S] pi utils/overflow.ts',
    sample:
      '200 {"base_resp":{"status_code":2013,"status_msg":"invalid params, context window exceeds limit"}}',
  },
  'minimax-params': {
    field: atBaseStatus(['2013']),
    class: 'bad-request',
    sample:
      '200 {"base_resp":{"status_code":2013,"status_msg":"invalid params, messages is empty"}}',
  },
  'minimax-server': {
    field: atBaseStatus(['1000', '1001', '1013', '1024', '1033']),
    class: 'server-error',
    sample: '200 {"base_resp":{"status_code":1000,"status_msg":"unknown error, 999"}}',
  },
  'minimax-text-plan-lacks-model': {
    text: /0\/0 used.*\(2056\)/i,
    class: 'forbidden-model',
    source: '[I] https://github.com/MiniMax-AI/MiniMax-MCP/issues/80',
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"usage limit exceeded, 5-hour usage limit: 0/0 used (2056)"},"request_id":"req_011CSfixture"}',
  },
  'minimax-text-usage-limit': {
    text: /\(2056\)/i,
    class: 'quota',
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"usage limit exceeded, 5-hour usage limit reached for Token Plan, resets at 2026-05-15T15:00:00Z (2056)"},"request_id":"req_011CSfixture"}',
  },
  'minimax-text-balance': {
    text: /\(1008\)/i,
    class: 'billing',
    source: '[I] https://github.com/MiniMax-AI/MiniMax-M2/issues/62',
    sample:
      '500 {"type":"error","error":{"type":"api_error","message":"insufficient balance (1008)"},"request_id":"req_011CSfixture"}',
  },
  'minimax-text-auth': {
    text: /\((1004|2049)\)/i,
    class: 'auth-rejected',
    source: '[I] https://github.com/nearai/ironclaw/issues/1742',
    sample:
      '401 {"type":"error","error":{"type":"authorized_error","message":"login fail: Please carry the API secret key in the \'Authorization\' field of the request header (1004)","http_code":"401"},"request_id":"fixture"}',
  },
  'minimax-text-rate': {
    text: /\((1002|1039|1041)\)/i,
    class: 'rate-limit',
    sample:
      '429 {"type":"error","error":{"type":"rate_limit_error","message":"rate limit exceeded(RPM) (1002)"},"request_id":"req_011CSfixture"}',
  },
  'minimax-text-window': {
    text: /context window exceeds limit/i,
    class: 'context-overflow',
    source: '[S] pi utils/overflow.ts',
    sample:
      '400 {"type":"error","error":{"type":"invalid_request_error","message":"invalid params, context window exceeds limit (2013)"},"request_id":"req_011CSfixture"}',
  },
});
