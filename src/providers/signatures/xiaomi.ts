/** Xiaomi MiMo's own errors: the reason is often in `param`. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.xiaomimimo.com/docs/en-US/quick-start/error-codes';

export const xiaomiSignatures: readonly Signature[] = signaturesOf(source, {
  'xiaomi-invalid-key': {
    type: 'invalid_key',
    class: 'auth-rejected',
    source: '[I] https://github.com/earendil-works/pi/pull/4005',
    sample:
      '401 {"error":{"message":"Invalid API Key","param":"Please provide valid API Key","code":"401","type":"invalid_key"}}',
  },
  'xiaomi-reasoning-missing': {
    status: 400,
    field: { path: 'error.param', is: /reasoning_content/i },
    class: 'foreign-history',
    source: '[I] https://github.com/earendil-works/pi/issues/4602',
    sample:
      '400 {"error":{"code":"400","message":"Param Incorrect","param":"The reasoning_content in the thinking mode must be passed back to the API.","type":""}}',
  },
  'xiaomi-risk-control': {
    status: 403,
    text: /risk control|create a new api key/i,
    class: 'auth-revoked',
    sample:
      '403 {"error":{"code":"403","message":"The API Key has been restricted by risk control, please create a new API Key","param":"","type":"forbidden"}}',
  },
  'xiaomi-no-image-input': {
    status: 404,
    text: /image/i,
    class: 'no-images',
    source: '[I] https://github.com/XiaomiMiMo/MiMo/issues/62',
    sample:
      '404 {"error":{"code":"404","message":"No endpoints found that support image input","param":"","type":""}}',
  },
  'xiaomi-plan-exhausted': {
    status: 429,
    text: /quota .{0,40}exhausted|exhausted .{0,40}quota/i,
    class: 'quota',
    sample:
      '429 {"error":{"code":"429","message":"The quota of Token Plan has been exhausted","param":"","type":"limitation"}}',
  },
  'xiaomi-content-filter': {
    status: 421,
    class: 'content-policy',
    sample:
      '421 {"error":{"code":"421","message":"Moderation Block","param":"","type":"content_filter"}}',
  },
  'xiaomi-balance': {
    status: 402,
    class: 'billing',
    sample:
      '402 {"error":{"code":"402","message":"Insufficient account balance","param":"","type":"insufficient_balance"}}',
  },
});
