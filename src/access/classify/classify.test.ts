/**
 * The classifier against the corpus: every recorded answer gets its class and its wait; exceptions
 * get theirs.
 */

import { describe, expect, it } from 'vitest';
import { receivedAt } from '../../../scripts/lib/failure-corpus.ts';
import { classify as classifyOwn, type Said } from '../../../test/fakes/classify.ts';
import type { Failure } from '../../model/failure.ts';
import type { AnswerToClassify } from './evidenced.ts';

const now = Date.parse(receivedAt);

function classify(said: Partial<Said>, isProven = false): Failure {
  return classifyOwn({ provider: 'openai', status: 200, isProven, now, ...said });
}

function says(message: string, code: string | null = null): string {
  return JSON.stringify({ error: { message, type: null, param: null, code } });
}

describe('classifyAnswer', () => {
  it('the same 401 is suspect on a key that has worked and rejected on one that never did', () => {
    const body = JSON.stringify({
      error: { message: 'Incorrect API key provided', code: 'invalid_api_key' },
    });
    expect([
      classify({ status: 401, body }, true).class,
      classify({ status: 401, body }).class,
    ]).toEqual(['auth-suspect', 'auth-rejected']);
  });

  it('obeys x-should-retry: false', () => {
    expect(classify({ status: 503, headers: { 'x-should-retry': 'false' } }).mayRetry).toBe(false);
  });

  it('a 401 that says the quota is used up is no fault of the key, and its link is not passed on', () => {
    const body = JSON.stringify({
      error: {
        message: 'No credits. Pay at https://pay.example/now today',
        code: 'insufficient_credits',
      },
    });
    const failure = classify({ provider: 'custom', status: 401, body }, true);
    expect([failure.class, failure.message]).toEqual([
      'billing',
      'No credits. Pay at [link] today',
    ]);
  });

  it('keeps what a provider says to one line without escapes, which lists and logs show', () => {
    const body = says('spent\n\u001b[31m[2026] all is well\u0007');
    expect(classify({ provider: 'custom', status: 402, body }).message).toBe(
      'spent [31m[2026] all is well',
    );
  });

  it('a number inside an identifier is no status', () => {
    const failure = classify({
      provider: 'custom',
      status: 418,
      body: 'request req_500ab503 was strange',
    });
    expect([failure.class, failure.evidence.rule]).toEqual(['unknown', 'status-418']);
  });

  it.each<[string, Partial<AnswerToClassify>, string]>([
    [
      'a model that is switched off is no fault of the key',
      { status: 401, body: says('The model `m` is disabled') },
      'model-missing',
    ],
    [
      'nor is one that it does not support',
      { status: 401, body: says('model is not supported') },
      'model-missing',
    ],
    [
      'no access to a model concerns that model',
      { status: 403, body: says('You do not have access to model X') },
      'forbidden-model',
    ],
    [
      'a code of the server beats a 403',
      { status: 403, body: says('oops', 'server_error') },
      'server-error',
    ],
    [
      'nor is a page of the edge',
      { status: 403, body: '<html>Attention required</html>' },
      'request-blocked',
    ],
    [
      'the limit of a key is money',
      { status: 403, body: says('Key limit exceeded (total limit)') },
      'spend-limit',
    ],
    ['402 is money', { status: 402, body: says('payment required') }, 'billing'],
    [
      'a suspended account is money',
      { provider: 'fireworks', status: 412, body: says('Account is suspended') },
      'billing',
    ],
    [
      'a rate-limit code beats the word quota',
      { status: 429, body: says('quota exceeded for requests', 'rate_limit_exceeded') },
      'rate-limit',
    ],
    [
      '404 is the model',
      { status: 404, body: says('The model `m` does not exist', 'model_not_found') },
      'model-missing',
    ],
    [
      'a 404 that names no model is a path that is not served',
      { status: 404, body: '{"detail":"Not Found"}' },
      'not-offered',
    ],
    [
      'nor is what a server does not do any fault of the model',
      { status: 501, body: says('This server does not support embeddings', 'not_supported_error') },
      'not-offered',
    ],
    [
      'a page for browsers speaks of no model, whatever its words are',
      { status: 404, body: '<html>The best AI model platform: page not found</html>' },
      'not-offered',
    ],
    [
      'the word is enough',
      { status: 404, body: says('no endpoints for this model') },
      'model-missing',
    ],
    [
      'and so is its id',
      { status: 404, body: says('Qwen9:8b is gone'), model: 'qwen9:8b' },
      'model-missing',
    ],
    [
      'a refused parameter is no overflow',
      { status: 400, body: says("Unsupported parameter: 'max_tokens'", 'unsupported_parameter') },
      'parameter',
    ],
    ['a bare 400 is refused, and nothing is known', { status: 400 }, 'refused-request'],
  ])('%s', (_law, answer, expected) => {
    expect(classify(answer, true).class).toBe(expected);
  });

  it.each([
    ['names its status', { error: { code: 413, message: 'too long' } }, 413],
    ['names none', { error: { code: 'context_length_exceeded', message: 'too long' } }, 400],
  ])('a refusal inside a 200 that %s is no 200 for the caller', (_name, body, status) => {
    const headers = { 'content-type': 'text/event-stream' };
    expect(classify({ headers, body: JSON.stringify(body) }).answer).toEqual({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  });

  it('what nothing knows stays unknown, whatever the key has done', () => {
    expect([classify({ status: 418 }).class, classify({ status: 418 }, true).class]).toEqual([
      'unknown',
      'unknown',
    ]);
  });
});

describe('whose rules are asked', () => {
  const throttled = says('You exceeded your current quota', 'insufficient_quota');

  it.each<[string, Partial<AnswerToClassify>, string]>([
    [
      'those of the vendor at its own address, whatever it is called',
      { provider: 'mine', vendor: 'qwen' },
      'rate-limit',
    ],
    [
      'not those of the name at the address of another vendor',
      { provider: 'openai', vendor: 'qwen' },
      'rate-limit',
    ],
    ['those of the name elsewhere', { provider: 'qwen' }, 'rate-limit'],
    ['the general ones where nobody is known', { provider: 'mine' }, 'billing'],
  ])('%s', (_law, whose, expected) => {
    expect(classify({ ...whose, status: 429, body: throttled }).class).toBe(expected);
  });
});

it('a credit balance that is too low is money, whatever the provider, the status and the type beside it', () => {
  const message = 'Your credit balance is too low to access the Anthropic API.';
  for (const provider of ['mine', 'openai', 'anthropic', 'deepseek', 'litellm', 'zhipu'])
    for (const status of [200, 400, 401, 402, 403, 429, 500, 529])
      for (const type of [
        'invalid_request_error',
        'rate_limit_error',
        'authentication_error',
        'api_error',
      ]) {
        const body = JSON.stringify({ type: 'error', error: { type, message } });
        expect(
          classify({ provider, status, body }, true).class,
          `${provider} ${status} ${type}`,
        ).toBe('billing');
      }
});

describe('a 404 where a file or a batch was asked for', () => {
  it.each([
    ['names it', says('No such File object: file-abc123'), 'bad-request'],
    ['does not name it', says('The requested file does not exist'), 'bad-request'],
    [
      "is Google's",
      '{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}',
      'bad-request',
    ],
    [
      "is Anthropic's",
      '{"type":"error","error":{"type":"not_found_error","message":"Batch not here"}}',
      'bad-request',
    ],
    ['speaks of the path', says('Invalid URL (GET /v1/files/file-abc123)'), 'not-offered'],
    ['is the framework of a server', '{"detail":"Not Found"}', 'not-offered'],
    ["is llama.cpp's for any path", says('File Not Found', 'not_found_error'), 'not-offered'],
    ['is a page', '<html><title>404 Not Found</title></html>', 'not-offered'],
    ['is a plain line', '404 page not found', 'not-offered'],
  ])('that %s', (_name, body, expected) => {
    for (const provider of ['custom', 'gemini', 'openai', 'anthropic'])
      expect(classify({ provider, status: 404, body, object: 'file-abc123' }).class).toBe(expected);
  });
});
