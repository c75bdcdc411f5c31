/** DeepSeek's own errors. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://api-docs.deepseek.com/quick_start/error_codes';

export const deepseekSignatures: readonly Signature[] = signaturesOf(source, {
  'deepseek-balance': { status: 402, class: 'billing' },
  'deepseek-concurrency': {
    status: 429,
    text: /concurrency/i,
    class: 'rate-limit',
    source: '[D] https://api-docs.deepseek.com/quick_start/rate_limit',
  },
});
