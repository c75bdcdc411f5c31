/** DashScope's errors; it uses OpenAI's billing code for a per-minute throttle. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://help.aliyun.com/zh/model-studio/error-code';

export const qwenSignatures: readonly Signature[] = signaturesOf(source, {
  'qwen-throttle-insufficient-quota': {
    status: 429,
    code: 'insufficient_quota',
    class: 'rate-limit',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/8496',
    sample:
      '429 {"error":{"message":"You exceeded your current quota, please check your plan and billing details. For details, see: https://help.aliyun.com/zh/model-studio/error-code","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
  },
  'qwen-free-tier-only': {
    code: [
      'AllocationQuota.FreeTierOnly',
      'Arrearage',
      'PrepaidBillOverdue',
      'PostpaidBillOverdue',
      'CommodityNotPurchased',
    ],
    class: 'billing',
    sample:
      '403 {"error":{"message":"The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the \\"use free tier only\\" mode in the management console.","type":null,"param":null,"code":"AllocationQuota.FreeTierOnly"}}',
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
    sample:
      '429 {"code":"Throttling.RateQuota","message":"Requests rate limit exceeded, please try again later.","request_id":"fixture"}',
  },
  'qwen-inspection': {
    code: ['data_inspection_failed', 'DataInspectionFailed'],
    class: 'content-policy',
    sample:
      '400 {"error":{"message":"<400> InternalError.Algo.DataInspectionFailed: Input data may contain inappropriate content.","type":"data_inspection_failed","param":null,"code":"data_inspection_failed"}}',
  },
  'qwen-model-access': {
    status: [400, 401, 403],
    code: ['Model.AccessDenied', 'model_access_denied', 'access_denied', 'AccessDenied'],
    class: 'forbidden-model',
    sample:
      '403 {"error":{"message":"Model access denied.","type":"Model.AccessDenied","param":null,"code":"access_denied"}}',
  },
  'qwen-model': {
    status: 404,
    code: ['model_not_found', 'ModelNotFound'],
    class: 'model-missing',
    sample:
      '404 {"error":{"message":"The model `qwen-none` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
  },
  'qwen-arrears-text': {
    type: 'Arrearage',
    class: 'billing',
    sample:
      '400 {"error":{"message":"Access denied, please make sure your account is in good standing.","type":"Arrearage","param":null,"code":null}}',
  },
});
