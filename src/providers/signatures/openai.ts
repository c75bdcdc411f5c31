/** OpenAI's own errors. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] help.openai.com; learn.microsoft.com dev-proxy';

export const openaiSignatures: readonly Signature[] = signaturesOf(source, {
  'openai-quota-billing': {
    code: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'billing_hard_limit_reached',
      'billing_not_active',
    ],
    class: 'billing',
    sample:
      '429 {"error":{"message":"You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
  },
  'openai-quota-type': {
    type: 'insufficient_quota',
    class: 'billing',
    sample:
      '429 {"error":{"message":"Your organization has exceeded its usage limit.","type":"insufficient_quota","param":null,"code":"quota_exceeded"}}',
  },
  'openai-plan-limit': {
    type: 'usage_limit_reached',
    class: 'quota',
    source: '[I] https://github.com/earendil-works/pi/issues/4172',
    sample:
      '429 {"error":{"type":"usage_limit_reached","message":"The usage limit has been reached","plan_type":"plus","resets_at":1795269600}}',
  },
  'openai-account-deactivated': {
    code: 'account_deactivated',
    class: 'auth-revoked',
    scope: ['account'],
    source: '[D] https://platform.openai.com/docs/guides/error-codes',
    sample:
      '401 {"error":{"message":"The OpenAI account associated with this API key has been deactivated. Please check your email for more details.","type":"invalid_request_error","param":null,"code":"account_deactivated"}}',
  },
  'openai-not-a-member': {
    status: 401,
    text: /must be a member of an organization|ip (address )?(is )?not (authorized|allowed)/i,
    class: 'forbidden-request',
    source: '[3] developersdigest.tech',
    sample:
      '401 {"error":{"message":"You must be a member of an organization to use the API. Please contact us to get added to a new organization.","type":"invalid_request_error","param":null,"code":"no_organization"}}',
  },
  'openai-encrypted-content': {
    code: 'invalid_encrypted_content',
    class: 'foreign-history',
    source: '[I] https://github.com/openai/codex/issues/8119',
    sample:
      '400 {"error":{"message":"The encrypted content gAAA… could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}',
  },
  'openai-previous-response': {
    code: 'previous_response_not_found',
    class: 'bad-request',
    source: '[D] https://platform.openai.com/docs/guides/conversation-state',
    sample:
      '400 {"error":{"message":"Previous response with id \'resp_fixture\' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}',
  },
});
