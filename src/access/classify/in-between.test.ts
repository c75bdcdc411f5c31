/** What gateways, platforms and plans in between say, in other words than the fixtures have. */

import { describe, expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';

const forms: readonly ((message: string) => unknown)[] = [
  (message) => ({ error: { message } }),
  (message) => ({ error: message }),
  (message) => ({ message }),
  (detail) => ({ detail }),
  (error) => ({ detail: { error } }),
  (msg) => ({ code: 1, msg, data: null }),
  (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
];

const model = 'big-model-1';

describe('words of what stands in between, in whatever form', () => {
  it.each<[FailureClass, readonly number[], readonly string[]]>([
    [
      'forbidden-model',
      [400, 404],
      [
        'No allowed providers are available for the selected model.',
        'No endpoints found matching your data policy (Free model publication).',
        'No endpoints available matching your guardrail restrictions and data policy.',
        "The requested model 'x' is not supported by any provider you have enabled.",
      ],
    ],
    [
      'forbidden-program',
      [403],
      [
        'Kimi For Coding is currently only available for Coding Agents such as Kimi CLI.',
        'big-model-1:free is only available on agentic harnesses',
        'This credential is only authorized for use with Claude Code.',
        'This service is restricted to the official Claude Code client.',
      ],
    ],
    [
      'forbidden-address',
      [403],
      [
        'Public access is disabled. Please configure private endpoint.',
        'Public network access is denied for this model resource.',
        'Access denied due to Virtual Network/Firewall rules.',
      ],
    ],
    [
      'billing',
      [400, 402, 403, 429],
      [
        'AI Gateway requires a valid credit card on file to service requests.',
        'Please add a payment method to continue.',
        'Third-party apps now draw from your extra usage, not your plan limits.',
      ],
    ],
    [
      'spend-limit',
      [400, 402, 403, 429],
      [
        'You have reached your specified API usage limits.',
        'You have reached your specified workspace API usage limits.',
        'Your project has exceeded its monthly spending cap.',
        'This organization has exceeded its spend limit.',
        'The monthly spending limit of this workspace has been reached.',
        'Budget has been exceeded! Current cost: 26.1, max budget: 25.0',
      ],
    ],
    [
      'account-closed',
      [400, 401, 403],
      [
        'This organization has been disabled.',
        'Your account was deactivated.',
        'Your workspace has been permanently banned.',
      ],
    ],
    [
      'forbidden-region',
      [400, 403],
      [
        'Claude is not available in your region.',
        'This model is not available in your country.',
        'Access is not allowed from unsupported countries, regions, or territories.',
        'Not supported in your location',
      ],
    ],
    [
      'not-loaded',
      [400, 404, 503],
      [
        'No models loaded. Please load a model in the developer page or use the `lms load` command.',
        'No models are currently loaded.',
        'No model is currently loaded',
        'The model is not loaded',
      ],
    ],
    [
      'too-little-memory',
      [500],
      [
        'model requires more system memory (22.4 GiB) than is available (9.1 GiB)',
        'CUDA out of memory. Tried to allocate 2.00 GiB',
        'llama runner process has terminated: cudaMalloc failed: out of memory',
        'error loading model: unable to allocate CUDA0 buffer',
        'Model loading was stopped due to insufficient system resources.',
        'Not enough GPU memory to load the model',
      ],
    ],
    [
      'not-in-plan',
      [429],
      [
        'You exceeded your current quota, please check your plan and billing details. limit: 0, model: big-model-1',
        'Rate limit reached for big-model-1 on tokens per day (TPD): Limit 0, Used 0',
      ],
    ],
    [
      'overloaded',
      [429, 503],
      [
        'Infrastructure is at maximum capacity, try again later',
        "We're experiencing high traffic right now! Please try again soon.",
        '当前分组上游负载已饱和，请稍后再试',
        '该模型当前访问量过大，请您稍后再试',
      ],
    ],
    [
      'quota',
      [429],
      [
        "You have exceeded today's quota for the current model.",
        'Open api daily request limit reached',
        'Tokens per day limit exceeded - too many tokens processed.',
        '已达到 5 小时的使用上限。',
        "you've reached your hourly usage limit",
      ],
    ],
    [
      'context-overflow',
      [400, 500],
      [
        'Trying to keep the first 15857 tokens. The model is loaded with context length of only 4096 tokens.',
        'Context size has been exceeded.',
        'Requested tokens (8031) exceed context window of 2048',
        "You passed 8193 input tokens. However, the model's context length is only 8192 tokens.",
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 32768.',
        'the max length of current question is 5120',
      ],
    ],
    [
      'content-policy',
      [400, 403, 451],
      [
        'Content violates usage guidelines. Model: big-model-1, Failed check: SAFETY_CHECK_TYPE_BIO',
        'The content you provided or machine outputted is blocked.',
        'Input data may contain inappropriate content.',
        'The request failed because the input text may contain sensitive information.',
      ],
    ],
    [
      'server-error',
      [400, 500],
      [
        'The model has crashed without additional information. (Exit code: null)',
        'llama runner process has terminated: exit status 2',
      ],
    ],
    ['rate-limit', [200], ['You exceeded your current rate limit']],
  ])('means %s', (meant, statuses, sentences) => {
    for (const sentence of sentences)
      for (const status of statuses)
        for (const form of forms)
          expect([
            sentence,
            status,
            classify({ model, status, body: form(sentence) }).class,
          ]).toEqual([sentence, status, meant]);
  });

  it.each<[number, string]>([
    [400, 'Your credit card number must not be part of the prompt.'],
    [400, 'Tool "claude code" may be used only once.'],
    [400, 'The maximum length of a tool name is 64.'],
    [429, 'The capacity of this function is documented.'],
    [403, 'The private repository cannot be read.'],
  ])('is not read into %i %s', (status, sentence) => {
    const isUsual: Readonly<Record<number, FailureClass>> = {
      400: 'refused-request',
      403: 'forbidden-key',
      429: 'rate-limit',
    };
    expect(classify({ model, status, body: { error: { message: sentence } } }).class).toBe(
      isUsual[status],
    );
  });
});

const now = Date.parse('2026-11-21T12:00:00Z');
const minute = 60_000;

describe('a wait that is named in a place of its own', () => {
  it.each<[string, Headers, unknown, number | undefined]>([
    [
      'a date beside a clock that was never set',
      {
        'retry-after': 'Sat, 21 Nov 2026 12:30:00 GMT',
        date: 'Thu, 01 Jan 1970 00:00:00 GMT',
      },
      {},
      30 * minute,
    ],
    [
      'a date by a clock that is an hour ahead',
      {
        'retry-after': 'Sat, 21 Nov 2026 13:10:00 GMT',
        date: 'Sat, 21 Nov 2026 13:00:00 GMT',
      },
      {},
      10 * minute,
    ],
    ['a limit with nothing left', { ratelimit: '"default";r=0;t=900' }, {}, 15 * minute],
    [
      'of several limits the one with nothing left',
      { ratelimit: '"minute";r=3;t=20, "day";r=0;t=7200' },
      {},
      120 * minute,
    ],
    ['the older draft', { ratelimit: 'limit=100, remaining=0, reset=60' }, {}, minute],
    ['a limit with some left', { ratelimit: '"default";r=5;t=900' }, {}, undefined],
    ['a field', {}, { message: 'slow', retry_after_seconds: 60 }, minute],
    ['a field of the error', {}, { error: { message: 'a', retry_after_seconds: 60 } }, minute],
    ['a field of a detail', {}, { detail: { error: 'a', retry_after_seconds: 60 } }, minute],
  ])('is read: %s', (_place, headers, body, expected) => {
    const failure = classify({ status: 429, headers, body, now });
    expect(failure.retryAfterMs).toBe(expected);
  });
});
