/** Refusals of ChatGPT's plans. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[I] https://github.com/earendil-works/pi/issues/4172';

export const chatgptSignatures: readonly Signature[] = signaturesOf(source, {
  'chatgpt-plan-limit': { type: 'usage_limit_reached', class: 'quota' },
  'chatgpt-plan-limit-code': { code: 'usage_limit_reached', class: 'quota' },
  'chatgpt-plan-without-codex': { type: 'usage_not_included', class: 'quota' },
});
