/** Xiaomi MiMo's own errors: the reason is often in `param`. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://platform.xiaomimimo.com/docs/en-US/quick-start/error-codes';

export const xiaomiSignatures: readonly Signature[] = signaturesOf(source, {
  'xiaomi-invalid-key': {
    type: 'invalid_key',
    class: 'auth-rejected',
    source: '[I] https://github.com/earendil-works/pi/pull/4005',
  },
  'xiaomi-reasoning-missing': {
    status: 400,
    field: { path: 'error.param', is: /reasoning_content/i },
    class: 'foreign-history',
    source: '[I] https://github.com/earendil-works/pi/issues/4602',
  },
  'xiaomi-risk-control': {
    status: 403,
    text: /risk control|create a new api key/i,
    class: 'auth-revoked',
  },
  'xiaomi-no-image-input': {
    status: 404,
    text: /image input/i,
    class: 'no-images',
    source: '[I] https://github.com/XiaomiMiMo/MiMo/issues/62',
  },
  'xiaomi-plan-exhausted': {
    status: 429,
    text: /quota .{0,40}exhausted|exhausted .{0,40}quota/i,
    class: 'quota',
  },
  'xiaomi-content-filter': {
    status: 421,
    class: 'content-policy',
  },
  'xiaomi-balance': {
    status: 402,
    class: 'billing',
  },
});
