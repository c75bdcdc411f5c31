/** Failures that DeepSeek words in its own way. */

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
  'deepseek-resource': {
    field: { path: 'choices[].finish_reason', is: 'insufficient_system_resource' },
    class: 'overloaded',
    source: '[D] https://api-docs.deepseek.com/api/create-chat-completion',
  },
});
