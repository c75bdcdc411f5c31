/** DashScope's errors; it uses OpenAI's billing code for a per-minute throttle. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://help.aliyun.com/zh/model-studio/error-code';

export const qwenSignatures: readonly Signature[] = signaturesOf(source, {
  'qwen-plan-window': {
    status: 429,
    text: /\b(hour|day|week|month) allocated quota exceeded\b/i,
    code: ['insufficient_quota', 'Throttling.AllocationQuota'],
    class: 'quota',
    source: '[3] company-skill.com bailian-ide',
  },
  'qwen-throttle-insufficient-quota': {
    status: 429,
    code: 'insufficient_quota',
    class: 'rate-limit',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/8496',
  },
  // The free quota of this model is used up, and its owner lets nothing be paid: no money helps.
  'qwen-free-tier-only': {
    code: 'AllocationQuota.FreeTierOnly',
    class: 'not-in-plan',
  },
  'qwen-arrears': {
    code: ['Arrearage', 'PrepaidBillOverdue', 'PostpaidBillOverdue', 'CommodityNotPurchased'],
    class: 'billing',
  },
  'qwen-throttling': {
    code: [
      'Throttling',
      'Throttling.RateQuota',
      'Throttling.AllocationQuota',
      'Throttling.BurstRate',
      'limit_requests',
      'limit_burst_rate',
    ],
    class: 'rate-limit',
  },
  'qwen-inspection': {
    code: ['data_inspection_failed', 'DataInspectionFailed'],
    class: 'content-policy',
  },
  // Its code is that of a missing right.
  'qwen-rate-in-denial': {
    status: [400, 403],
    code: 'AccessDenied',
    text: /\brate limit exceeded\b/i,
    class: 'rate-limit',
    before: ['qwen-model-access'],
    source: '[I] https://github.com/zhukunpenglinyutong/jetbrains-cc-gui/issues/561',
  },
  'qwen-model-access': {
    status: [400, 401, 403],
    code: ['Model.AccessDenied', 'model_access_denied', 'access_denied', 'AccessDenied'],
    class: 'forbidden-model',
  },
  'qwen-model': {
    status: 404,
    code: ['model_not_found', 'ModelNotFound'],
    class: 'model-missing',
  },
  'qwen-arrears-text': {
    type: 'Arrearage',
    class: 'billing',
  },
});
