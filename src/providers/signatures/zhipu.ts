/** Errors of Zhipu and Z.ai: the number in the body decides, whatever the status says. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://docs.bigmodel.cn/cn/api/api-code';

export const zhipuSignatures: readonly Signature[] = signaturesOf(source, {
  'zhipu-auth': {
    code: ['1000', '1001', '1002', '1003', '1004'],
    class: 'auth-rejected',
    sample: '401 {"error":{"code":"1000","message":"Authentication failed"}}',
  },
  'zhipu-account-locked': {
    code: ['1110', '1111', '1112', '1121'],
    class: 'auth-revoked',
    sample:
      '429 {"error":{"code":"1112","message":"Your account has been locked, please contact customer service"}}',
  },
  'zhipu-arrears': {
    code: ['1113', '1309'],
    class: 'billing',
    sample:
      '429 {"error":{"code":"1113","message":"Your account is in arrears, please recharge and try again"}}',
  },
  'zhipu-no-permission': {
    code: ['1220', '1311'],
    class: 'forbidden-model',
    sample:
      '429 {"error":{"code":"1311","message":"Your current subscription plan does not include this model"}}',
  },
  'zhipu-model': {
    code: ['1211'],
    class: 'model-missing',
    sample:
      '400 {"error":{"code":"1211","message":"Model does not exist, please check the model code"}}',
  },
  'zhipu-too-long': {
    code: ['1261'],
    class: 'context-overflow',
    sample: '400 {"error":{"code":"1261","message":"Prompt exceeds max length"}}',
  },
  'zhipu-sensitive': {
    code: ['1301'],
    class: 'content-policy',
    sample:
      '400 {"contentFilter":[{"level":1,"role":"user"}],"error":{"code":"1301","message":"The system detected potentially unsafe or sensitive content in the input or generation."}}',
  },
  'zhipu-rate': {
    code: ['1302', '1303', '1313'],
    class: 'rate-limit',
    sample:
      '429 {"error":{"code":"1302","message":"High concurrency usage of this API, please reduce concurrency or contact customer service to increase limits"}}',
  },
  'zhipu-usage-limit': {
    code: ['1304', '1308', '1310'],
    class: 'quota',
    sample:
      '429 {"error":{"code":"1304","message":"You have reached the daily call limit for this API"}}',
  },
  'zhipu-overloaded': {
    code: ['1305', '1312'],
    class: 'overloaded',
    sample:
      '429 {"error":{"code":"1305","message":"The API has triggered a platform rate limit, please try again later"}}',
  },
  'zhipu-params': {
    code: ['1210', '1212', '1213', '1214', '1215'],
    class: 'bad-request',
    sample:
      '400 {"error":{"code":"1214","message":"messages parameter is invalid. Please check the documentation."}}',
  },
  'zhipu-server': {
    code: ['500', '1120', '1230', '1234'],
    class: 'server-error',
    sample:
      '500 {"error":{"code":"1234","message":"Network error, error id: fixture, please try again later"}}',
  },
});
