/** Errors of vendors with few of their own: xAI, Mistral, Groq, Together, Fireworks, LM Studio. */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: wording from memory';

export const otherSignatures: readonly Signature[] = signaturesOf(source, {
  'xai-credits': {
    status: [403, 429],
    text: /used all available credits|monthly spending limit|doesn'?t have any credits/i,
    class: 'billing',
    source: '[I] https://github.com/continuedev/continue/issues/10373',
    sample:
      '429 "Your team fixture has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit."',
  },
  'xai-key-blocked': {
    status: 403,
    text: /api key is (currently )?(blocked|disabled)/i,
    class: 'auth-revoked',
    sample:
      '403 {"code":"The caller does not have permission to execute the specified operation","error":"The API key is currently blocked. Please unblock it in the console."}',
  },
  'mistral-tier-capacity': {
    type: ['service_tier_capacity_exceeded', 'invalid_request_capacity'],
    class: 'overloaded',
    sample:
      '429 {"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","param":null,"code":"3505"}',
  },
  'mistral-rate': {
    code: '1300',
    class: 'rate-limit',
    sample:
      '429 {"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300"}',
  },
  'mistral-model': {
    type: 'invalid_model',
    class: 'model-missing',
    sample:
      '400 {"object":"error","message":"Invalid model: mistral-none","type":"invalid_model","param":null,"code":"1500"}',
  },
  'groq-restricted': {
    code: 'organization_restricted',
    class: 'auth-revoked',
    scope: ['account'],
    sample:
      '400 {"error":{"message":"Organization has been restricted. Please reach out to support if you believe this was in error.","type":"invalid_request_error","param":null,"code":"organization_restricted"}}',
  },
  'groq-tool-use-failed': {
    code: ['tool_use_failed', 'json_validate_failed'],
    class: 'malformed',
    source: '[D] https://console.groq.com/docs/tool-use',
    sample:
      '400 {"error":{"message":"Failed to call a function. Please adjust your prompt. See \'failed_generation\' for more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<function=ls>{}"}}',
  },
  'groq-flex-capacity': {
    status: 498,
    class: 'overloaded',
    source: '[D] https://console.groq.com/docs/flex-processing',
    sample:
      '498 {"error":{"message":"Flex tier capacity exceeded.","type":null,"param":null,"code":"capacity_exceeded"}}',
  },
  'together-credit': {
    type: 'credit_limit',
    class: 'billing',
    source: '[D] https://docs.together.ai/docs/error-codes',
    sample:
      '402 {"error":{"message":"Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to update your credit limit.","type":"credit_limit","param":null,"code":null}}',
  },
  'fireworks-suspended': {
    status: 412,
    class: 'billing',
    sample:
      '412 {"error":{"message":"Account fixture is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.","type":"error","param":null,"code":"PRECONDITION_FAILED"}}',
  },
  'lmstudio-no-model': {
    text: /no models? loaded/i,
    class: 'model-missing',
    sample:
      '400 {"error":{"message":"No models loaded. Please load a model in the developer page or use the `lms load` command.","type":"invalid_request_error","param":"model","code":"model_not_loaded"}}',
  },
  'lmstudio-crashed': {
    text: /model has crashed/i,
    class: 'server-error',
    source: '[I] https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/116',
    sample:
      '200 {"error":{"message":"The model has crashed without additional information. (Exit code: 0)"}}',
  },
});
