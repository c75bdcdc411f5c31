/** Errors of Zhipu and Z.ai: the number in the body decides, whatever the status says. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://docs.bigmodel.cn/cn/api/api-code';

export const zhipuSignatures: readonly Signature[] = signaturesOf(source, {
  'zhipu-auth': {
    code: ['1000', '1001', '1002', '1003', '1004'],
    class: 'auth-rejected',
  },
  'zhipu-account-locked': {
    code: ['1110', '1111', '1112', '1121'],
    class: 'account-closed',
  },
  'zhipu-arrears': {
    code: ['1113'],
    class: 'billing',
  },
  'zhipu-plan-ended': {
    code: ['1309'],
    class: 'no-plan',
  },
  'zhipu-no-permission': {
    code: ['1220', '1311'],
    class: 'forbidden-model',
  },
  'zhipu-model': {
    code: ['1211'],
    class: 'model-missing',
  },
  'zhipu-too-long': {
    code: ['1261'],
    class: 'context-overflow',
  },
  'zhipu-sensitive': {
    code: ['1301'],
    class: 'content-policy',
  },
  'zhipu-rate': {
    code: ['1302', '1303', '1313'],
    class: 'rate-limit',
  },
  'zhipu-usage-limit': {
    code: ['1304', '1308', '1310'],
    class: 'quota',
  },
  'zhipu-overloaded': {
    code: ['1305', '1312'],
    class: 'overloaded',
  },
  'zhipu-params': {
    code: ['1210', '1212', '1213', '1214', '1215'],
    class: 'bad-request',
  },
  'zhipu-server': {
    code: ['500', '1120', '1230', '1234'],
    class: 'server-error',
  },
});
