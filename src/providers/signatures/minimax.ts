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
  },
  'minimax-usage-limit': {
    field: atBaseStatus(['2056']),
    class: 'quota',
  },
  'minimax-rate-limit': {
    field: atBaseStatus(['1002', '1039', '1041']),
    class: 'rate-limit',
  },
  'minimax-auth': {
    field: atBaseStatus(['1004', '2049']),
    class: 'auth-rejected',
  },
  'minimax-balance': {
    field: atBaseStatus(['1008']),
    class: 'billing',
  },
  'minimax-sensitive': {
    field: atBaseStatus(['1026', '1027']),
    class: 'content-policy',
  },
  'minimax-window': {
    field: atBaseStatus(['2013']),
    text: /context window exceeds limit/i,
    class: 'context-overflow',
    source: '[S] pi utils/overflow.ts',
  },
  'minimax-params': {
    field: atBaseStatus(['2013']),
    class: 'bad-request',
  },
  'minimax-server': {
    field: atBaseStatus(['1000', '1001', '1013', '1024', '1033']),
    class: 'server-error',
  },
  'minimax-text-plan-lacks-model': {
    text: /0\/0 used.*\(2056\)/i,
    class: 'forbidden-model',
    source: '[I] https://github.com/MiniMax-AI/MiniMax-MCP/issues/80',
  },
  'minimax-text-usage-limit': {
    text: /\(2056\)/i,
    class: 'quota',
  },
  'minimax-text-balance': {
    text: /\(1008\)/i,
    class: 'billing',
    source: '[I] https://github.com/MiniMax-AI/MiniMax-M2/issues/62',
  },
  'minimax-text-auth': {
    text: /\((1004|2049)\)/i,
    class: 'auth-rejected',
    source: '[I] https://github.com/nearai/ironclaw/issues/1742',
  },
  'minimax-text-rate': {
    text: /\((1002|1039|1041)\)/i,
    class: 'rate-limit',
  },
  'minimax-text-window': {
    text: /context window exceeds limit/i,
    class: 'context-overflow',
    source: '[S] pi utils/overflow.ts',
  },
});
