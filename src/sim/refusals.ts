/** The refusals the simulated provider knows, worded as a vendor words them. */

import type { SimRefusal } from './fault.ts';

const causes: Readonly<Record<number, Omit<SimRefusal, 'status'>>> = {
  400: { type: 'invalid_request_error', code: null, message: 'The request is not valid.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  402: { type: 'insufficient_balance', code: 'insufficient_balance', message: 'Insufficient balance.' },
  403: {
    type: 'invalid_request_error',
    code: 'model_access_denied',
    message: 'This key has no access to the model.',
  },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist.' },
  408: { type: 'timeout', code: 'request_timeout', message: 'The request timed out.' },
  413: { type: 'invalid_request_error', code: 'request_too_large', message: 'The request is too large.' },
  429: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Rate limit reached.' },
  500: { type: 'server_error', code: null, message: 'The server had an error while processing the request.' },
  503: { type: 'server_error', code: 'server_is_overloaded', message: 'The server is overloaded.' },
};

/** The usual refusal of a status. */
export function createStatusRefusal(status: number): SimRefusal {
  const cause = causes[status];
  if (cause) return { status, ...cause };
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { status, type, code: null, message: `Simulated status ${status}.` };
}

/** 401 for a request without a key. */
export const missingKey: SimRefusal = {
  status: 401,
  type: 'invalid_request_error',
  code: null,
  message: "You didn't provide an API key. Send it as `Authorization: Bearer KEY`.",
};

/** 401 for a key nobody knows. */
export const unknownKey: SimRefusal = createStatusRefusal(401);

/** 401 for a key that was taken back. */
export const revokedKey: SimRefusal = {
  status: 401,
  type: 'invalid_request_error',
  code: 'token_invalidated',
  message: 'Your authentication token has been invalidated.',
};

/** 401 of a provider that doubts a good key for a moment. */
export const doubtedKey: SimRefusal = {
  status: 401,
  type: 'authentication_error',
  code: null,
  message: 'Authentication failed.',
};

/** 429 of an account without quota. */
export const exhaustedQuota: SimRefusal = {
  status: 429,
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  message: 'You exceeded your current quota, please check your plan and billing details.',
};

/** 429 of an account whose plan is used up. */
export const spentPlan: SimRefusal = {
  status: 429,
  type: 'limitation',
  code: '429',
  message: 'The quota of Token Plan has been exhausted',
};

/** 400 for a conversation longer than the model's window. */
export const contextOverflow: SimRefusal = {
  status: 400,
  type: 'invalid_request_error',
  code: 'context_length_exceeded',
  message: "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.",
};

/** 400 for content the vendor does not serve. */
export const contentPolicy: SimRefusal = {
  status: 400,
  type: 'invalid_request_error',
  code: 'content_policy_violation',
  message: 'Your request was rejected because it violates our content policy.',
};

/** 400 for a conversation that ends with an assistant message. */
export const noPrefill: SimRefusal = {
  status: 400,
  type: 'invalid_request_error',
  code: null,
  message:
    'This model does not support assistant message prefill. The conversation must end with a user message.',
};

/** 400 for a conversation with images. */
export const noImages: SimRefusal = {
  status: 400,
  type: 'invalid_request_error',
  code: null,
  message: 'This model does not support image input.',
};

/** 400 with a reason of its own. */
export function createBadRequest(message: string): SimRefusal {
  return { status: 400, type: 'invalid_request_error', code: null, message };
}
