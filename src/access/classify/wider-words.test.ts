/** Words of vendors beside those of the corpus: what they mean, and what only looks like them. */

import { describe, expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';
import type { FailureClass } from '../../model/failure.ts';
import { parseErrorBody } from './error-body.ts';

const custom = { provider: 'custom' };

const meanings: readonly (readonly [FailureClass, status: number, words: string])[] = [
  ['billing', 403, 'Your subscription has an overdue invoice.'],
  ['quota', 429, 'Your account reached organization TPD rate limit, current: 12, limit: 11'],
  ['billing', 403, 'This organization has a past due payment.'],
  ['billing', 400, 'Access is stopped: the last payment failed.'],
  ['billing', 401, '用户额度不足'],
  ['billing', 403, '账户额度用完'],
  ['forbidden-key', 401, 'Missing scopes: api.model.read'],
  ['forbidden-key', 403, 'Request had insufficient authentication scopes.'],
  ['forbidden-key', 403, 'The token does not have the required permissions to call models.'],
  ['forbidden-model', 404, 'The model doubao-x has not been activated for this account.'],
  ['forbidden-model', 403, 'You have not enabled this model.'],
  ['not-ready', 503, 'The model is still warming up'],
  ['not-ready', 503, 'Server is starting up, try later'],
  ['server-error', 503, 'upstream connect error or disconnect/reset before headers'],
  ['server-error', 503, '503 No server is available to handle this request.'],
  ['quota', 429, 'You have reached the limit of 50 messages per day.'],
  ['quota', 429, 'Your daily request limit has been reached.'],
  ['quota', 403, 'Free plan: 100 requests/day'],
  ['wrong-clock', 401, 'JWT not valid: iat claim is in the future'],
  [
    'auth-unseen',
    401,
    "You didn't provide an API key. You need to provide your API key in a header.",
  ],
  ['auth-unseen', 401, 'No API key found in request'],
  ['auth-unseen', 401, 'Jwt is missing'],
  ['auth-unseen', 403, 'Missing Authorization header'],
  ['auth-unseen', 401, 'x-api-key header is required'],
  ['auth-unseen', 400, 'API key is required'],
  ['auth-unseen', 401, 'No auth credentials found, no access token'],
  ['auth-unseen', 401, 'Invalid request: no API key was provided'],
  ['auth-unseen', 401, 'Token is missing'],
  ['auth-unseen', 401, 'Missing x-api-key'],
  ['forbidden-key', 401, 'Project p is inactive'],
  ['forbidden-key', 403, 'Resource protected by organization SAML enforcement.'],
  ['forbidden-model', 400, 'Model `big-2` is not enabled for this account'],
  ['forbidden-model', 403, 'Model access is not enabled'],
  ['not-ready', 503, 'The model is being loaded'],
  ['not-ready', 503, 'The server is starting, please wait'],
  ['quota', 429, '今日额度已用完'],
  ['quota', 429, '每日免费额度已用尽'],
  ['not-ready', 503, 'Loading model'],
  [
    'not-enabled',
    400,
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  ],
  ['not-enabled', 500, 'tools param requires --jinja flag'],
  ['not-enabled', 501, 'This server does not support reranking. Start it with `--reranking`'],
  ['not-enabled', 400, 'Tool calls need the server to be launched with --tool-call-parser'],
  ['load-failed', 500, 'could not load model - all backends returned error: 24 errors occurred'],
  ['load-failed', 412, 'The model requires a newer version of Ollama.'],
  ['not-loaded', 400, 'Model unloaded.'],
  ['not-loaded', 503, 'The engine is sleeping. Please wake it up first.'],
  ['quota', 429, 'you have used up your daily free allocation of 10,000 neurons'],
  ['quota', 403, 'Out of call volume quota. Quota will be replenished in 12:30:00.'],
  ['connect', 502, 'dial tcp 127.0.0.1:1234: connect: connection refused'],
  ['model-missing', 400, 'The provided model identifier is invalid.'],
  ['model-missing', 400, 'could not find real modelID for m1'],
  ['quota', 402, 'You have exceeded your premium request allowance.'],
  ['too-little-memory', 424, 'Request failed during generation: CUDA out of memory'],
  ['forbidden-region', 403, 'claude-opus-4 is not available in this country'],
  ['account-closed', 403, 'Your account has been blocked by an administrator'],
  ['too-little-memory', 500, 'failed to load model: out of memory'],
  ['too-little-memory', 500, 'llama runner process has terminated: signal: killed'],
  ['too-little-memory', 503, 'The worker was OOMKilled'],
  ['too-little-memory', 500, 'engine process ended with exit code 137'],
  ['server-error', 500, 'llama runner process has terminated: signal: aborted'],
  ['no-images', 500, 'this model is missing data required for image input'],
  ['no-images', 400, 'The model has no vision support.'],
  ['no-images', 400, 'Images are not supported by this model'],
  ['no-images', 422, 'This model is text-only.'],
  ['forbidden-model', 403, 'The token does not support model gpt-x'],
  ['forbidden-model', 403, '该令牌无权使用模型: big-2'],
  // what only looks like them
  ['forbidden-request', 403, 'The user agent is blocked'],
  ['forbidden-request', 403, 'Host not allowed'],
  ['forbidden-request', 403, 'This OAuth client is not allowed to use the API'],
  ['forbidden-request', 403, 'Your request was blocked by our content filter'],
  ['forbidden-model', 403, 'The region us-east-1 is not supported for this model'],
  ['forbidden-model', 403, 'Model gemini is not supported in location global'],
  ['auth-rejected', 401, 'Logging for this project is disabled'],
  ['forbidden-key', 403, 'The API has not been used in project 1 before or it is disabled.'],
  ['forbidden-key', 403, 'API access for your account is disabled'],
  ['not-ready', 503, 'The model is not loaded yet, it is loading'],
  ['refused-request', 400, 'The thinking budget was exceeded'],
  ['refused-request', 400, 'max_tokens: token budget exceeded'],
  ['unknown', 431, 'Request header fields too large'],
  ['refused-request', 400, 'The deployment is not available in the current region.'],
  ['refused-request', 400, "tools[0].description 'it requires --force' is invalid"],
  ['rate-limit', 429, 'Rate limit reached: limit: 0.5 requests'],
  ['quota', 429, 'Claude AI usage limit reached'],
  ['refused-request', 400, 'The image is out of bounds: not enough pixels'],
  ['auth-rejected', 401, 'Invalid or missing API key'],
  ['auth-rejected', 401, 'API key is missing or invalid'],
  ['auth-rejected', 403, 'Missing or invalid API key'],
  ['auth-rejected', 400, 'Invalid or missing API key'],
  ['auth-rejected', 401, 'Missing/invalid access token'],
  ['auth-rejected', 401, 'Authorization Required'],
  ['refused-request', 400, '<image> token is missing in the prompt'],
  ['refused-request', 400, 'The image token was not found in the prompt'],
  ['auth-rejected', 401, 'The request has an expired API key'],
  ['auth-rejected', 401, 'Invalid request: API key expired'],
  ['refused-request', 400, 'Prompt caching is not enabled for this model'],
  ['refused-request', 400, 'This model requires thinking, which is not enabled'],
  ['refused-request', 400, 'The model `big-2` is not enabled for streaming'],
  ['refused-request', 400, "In context=('project', 'status'), 'archived' is not valid"],
  ['refused-request', 400, "tools[0].name 'SAML login' is invalid"],
  ['server-error', 500, 'The model is loaded but crashed'],
  ['server-error', 500, 'Error: the name is starting with a slash'],
  ['rate-limit', 429, 'Too many requests per second. Your monthly usage is 3 %.'],
  ['auth-rejected', 401, 'No such API key.'],
  ['auth-rejected', 401, 'API key not valid. Please pass a valid API key.'],
  ['auth-rejected', 401, 'The API key was not recognized'],
  ['rate-limit', 429, 'Limit of 60 requests per minute reached.'],
  ['auth-rejected', 401, 'The request has an expired key.'],
  ['auth-rejected', 401, 'Could not use this request: expired token'],
  ['wrong-clock', 401, 'The request signature expired 5 minutes ago'],
  ['overloaded', 503, 'Service Unavailable'],
  ['forbidden-model', 403, 'This model is not part of your plan.'],
  ['forbidden-key', 403, 'This account was flagged for potentially abusive activity.'],
  ['forbidden-key', 400, 'Your organization has been flagged by our systems.'],
  ['forbidden-key', 403, 'Account flagged for unusual activity'],
  ['forbidden-key', 429, 'Your account is under review.'],
  ['forbidden-key', 403, 'Workspace ws_1 has been temporarily placed under manual review'],
  ['content-policy', 403, 'Your request was flagged for violating our usage policies.'],
  ['content-policy', 400, 'The prompt of this account was flagged as harmful.'],
  ['rate-limit', 429, 'Quota exceeded for metric: m, limit: 5. Please retry in 41.5s.'],
];

describe('words that no fixture has', () => {
  it.each(meanings)('mean %s with %i: %s', (meant, status, words) => {
    expect(classify({ ...custom, status, body: { error: { message: words } } }).class).toBe(meant);
    expect(classify({ ...custom, status, body: { message: words } }).class).toBe(meant);
  });
});

const sentence = 'The kettle is being descaled.';
const inner: readonly object[] = [
  { message: sentence },
  { Message: sentence },
  { detail: sentence },
  { msg: sentence },
  { faultstring: sentence },
  { faultstring: sentence, detail: { errorcode: 'x' } },
];
const wrappers: readonly ((error: object) => object)[] = [
  (error) => ({ error }),
  (error) => ({ errors: [error], trace: 'abc' }),
  (error) => ({ success: false, errors: [error], messages: [], result: null }),
  (error) => ({ data: null, errors: [error] }),
  (error) => ({ fault: error }),
  (error) => ({ Response: { Error: error, RequestId: '1' } }),
];

describe('the sentence of an error', () => {
  it('is found in whatever it is wrapped', () => {
    for (const wrap of wrappers)
      for (const error of inner)
        expect(parseErrorBody(JSON.stringify(wrap(error))).message).toBe(sentence);
    expect(parseErrorBody(JSON.stringify({ errors: [sentence] })).message).toBe(sentence);
  });

  it('stays the one at the top where a list of fields stands beside it', () => {
    const body = { message: sentence, errors: { model: ['is required'] } };
    expect(parseErrorBody(JSON.stringify(body)).message).toBe(sentence);
    const listed = { message: sentence, errors: [{ field: 'model' }] };
    expect(parseErrorBody(JSON.stringify(listed)).message).toBe(sentence);
  });
});
