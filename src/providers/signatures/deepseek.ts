/** Failures that DeepSeek words in its own way. */

import type { Signature } from './signature.ts';

export const deepseekSignatures: readonly Signature[] = [
  {
    id: 'deepseek-balance',
    provider: 'deepseek',
    status: 402,
    class: 'billing',
    source: '[D] https://api-docs.deepseek.com/quick_start/error_codes',
    sample: '402 (empty body)',
  },
  {
    id: 'deepseek-concurrency',
    provider: 'deepseek',
    status: 429,
    text: /concurrency/i,
    class: 'rate-limit',
    source: '[D] https://api-docs.deepseek.com/quick_start/rate_limit',
    sample:
      '429 {"error":{"message":"Your account has reached its concurrency limit for this model. Please slow down.","type":"rate_limit_error","param":null,"code":null}}',
  },
];
