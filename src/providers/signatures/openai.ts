/** OpenAI's own errors. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] help.openai.com; learn.microsoft.com dev-proxy';

export const openaiSignatures: readonly Signature[] = signaturesOf(source, {
  'openai-quota-billing': {
    code: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_usage_limit_exceeded',
      'billing_not_active',
    ],
    class: 'billing',
  },
  'openai-quota-type': {
    type: 'insufficient_quota',
    class: 'billing',
  },
  'openai-plan-limit': {
    type: 'usage_limit_reached',
    class: 'quota',
    source: '[I] https://github.com/earendil-works/pi/issues/4172',
  },
  'openai-not-a-member': {
    status: 401,
    text: /must be a member of an organization/i,
    class: 'forbidden-key',
    source: '[3] developersdigest.tech',
  },
  // The list is that of the key's project or organization: another key may have none.
  'openai-address': {
    status: [401, 403],
    text: /\bip (address )?(is )?not (authorized|allowed)\b/i,
    class: 'restricted-key',
    source: '[D] https://developers.openai.com/api/docs/guides/error-codes',
  },
  'openai-encrypted-content': {
    code: 'invalid_encrypted_content',
    class: 'foreign-history',
    source: '[I] https://github.com/openai/codex/issues/8119',
  },
  'openai-previous-response': {
    code: 'previous_response_not_found',
    class: 'bad-request',
    source: '[D] https://platform.openai.com/docs/guides/conversation-state',
  },
});
