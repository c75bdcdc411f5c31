/** Lists the simulated provider's refusals, in vendors' words. */

import type { SimRefusal } from './fault.ts';

/**
 * Thrown if a request gets no answer of its own: with the refusal to send instead, or without one
 * if the exchange is already broken.
 */
export class NoAnswer extends Error {
  readonly refusal: SimRefusal | undefined;

  constructor(refusal?: SimRefusal) {
    super(refusal?.message);
    this.refusal = refusal;
  }
}

/** Status 400, unless `more` says otherwise. */
export function createNoAnswer(message: string, more: Partial<SimRefusal> = {}): NoAnswer {
  return new NoAnswer({ ...invalidRequest(400, message), ...more });
}

function invalidRequest(status: number, message: string, code: string | null = null): SimRefusal {
  return { status, type: 'invalid_request_error', code, message };
}

/** The usual refusals; any other status has only its number as a message. */
const usual: readonly SimRefusal[] = [
  invalidRequest(400, 'The request is not valid.'),
  invalidRequest(401, 'Incorrect API key provided.', 'invalid_api_key'),
  {
    status: 402,
    type: 'insufficient_balance',
    code: 'insufficient_balance',
    message: 'Insufficient balance.',
  },
  invalidRequest(403, 'This key has no access to the model.', 'model_access_denied'),
  invalidRequest(404, 'The model does not exist.', 'model_not_found'),
  { status: 408, type: 'timeout', code: 'request_timeout', message: 'The request timed out.' },
  invalidRequest(413, 'The request is too large.', 'request_too_large'),
  {
    status: 429,
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached.',
  },
  {
    status: 500,
    type: 'server_error',
    code: null,
    message: 'The server had an error while processing the request.',
  },
  {
    status: 503,
    type: 'server_error',
    code: 'server_is_overloaded',
    message: 'The server is overloaded.',
  },
];

export function createStatusRefusal(status: number): SimRefusal {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const unknown = { status, type, code: null, message: `Simulated status ${status}.` };
  return usual.find((one) => one.status === status) ?? unknown;
}

export const missingKey: SimRefusal = invalidRequest(
  401,
  "You didn't provide an API key. Send it as `Authorization: Bearer KEY`.",
);

export const unknownKey: SimRefusal = createStatusRefusal(401);

export const revokedKey: SimRefusal = invalidRequest(
  401,
  'Your authentication token has been invalidated.',
  'token_invalidated',
);

/** A provider that refuses a good key for a moment. */
export const doubtedKey: SimRefusal = {
  status: 401,
  type: 'authentication_error',
  code: null,
  message: 'Authentication failed.',
};

/**
 * A refusal passed on by a proxy in front of the provider, in LiteLLM's words: the proxy's status
 * around the provider's message.
 */
export function createQuotation(status: number): SimRefusal {
  const { type, code, message } = quotable[status] ?? createStatusRefusal(status);
  const said = JSON.stringify({ error: { message, type, code } });
  const name = quotingNames[status] ?? 'APIError';
  return {
    status,
    type: 'None',
    code: String(status),
    message: `litellm.${name}: OpenAIException - ${said}`,
  };
}

export const exhaustedQuota: SimRefusal = {
  status: 429,
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  message: 'You exceeded your current quota, please check your plan and billing details.',
};

/** An account whose plan is used up. */
export const spentPlan: SimRefusal = {
  status: 429,
  type: 'limitation',
  code: '429',
  message: 'The quota of Token Plan has been exhausted',
};

export const contextOverflow: SimRefusal = invalidRequest(
  400,
  "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.",
  'context_length_exceeded',
);

/** Content that the vendor does not serve. */
export const contentPolicy: SimRefusal = invalidRequest(
  400,
  'Your request was rejected because it violates our content policy.',
  'content_policy_violation',
);

/** A conversation that ends with an assistant message. */
export const noPrefill: SimRefusal = invalidRequest(
  400,
  'This model does not support assistant message prefill. The conversation must end with a user message.',
);

export const noImages: SimRefusal = invalidRequest(400, 'This model does not support image input.');

/** A template that accepts one system message, at the start, in vLLM's words. */
export const systemNotFirst: SimRefusal = {
  status: 400,
  type: 'BadRequestError',
  code: null,
  message: 'System message must be at the beginning. None',
};

/** Says the same in llama.cpp's words. */
export const systemNotFirst500: SimRefusal = {
  status: 500,
  type: 'server_error',
  code: null,
  message:
    "While executing CallExpression at line 85, column 32 in source: {{- raise_exception('System message must be at the beginnin...\nError: Jinja Exception: System message must be at the beginning.",
};

/** A template that requires user and assistant to alternate. */
export const rolesOutOfTurn: SimRefusal = {
  status: 400,
  type: 'BadRequestError',
  code: null,
  message: 'Conversation roles must alternate user/assistant/user/assistant/...',
};

const quotable: Readonly<Record<number, SimRefusal>> = { 401: revokedKey, 429: exhaustedQuota };
const quotingNames: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'BadRequestError',
  402: 'PaymentRequiredError',
  429: 'RateLimitError',
};
