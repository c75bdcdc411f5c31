/**
 * What a proxy quotes of its upstream has at most the scope of one model: every recorded failure in
 * every form of quotation.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases, receivedAt } from '../../../scripts/lib/failure-corpus.ts';
import { classify as classifyOwn, type Said } from '../../../test/fakes/classify.ts';
import { quotings } from '../../../test/fakes/quoted.ts';
import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import type { Failure } from '../../model/failure.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';

/** What proxies quote as JSON. */
const said = readCases().flatMap(({ id, answer }) => {
  const body = parseOrNothing(answer?.body ?? '');
  return isRecord(body) && answer !== undefined ? [{ id, ...answer }] : [];
});
const statuses = [200, 400, 401, 402, 403, 404, 429, 500, 503];
const words = ['Authentication', 'RateLimit', 'BadRequest', 'PaymentRequired', 'Permission-Denied'];

function classify(said: Partial<Said>): Failure {
  return classifyOwn({ provider: 'ours', status: 401, now: Date.parse(receivedAt), ...said });
}

/** Classes that blame a key or an account, whatever they mark. */
const personal = [
  'auth-rejected',
  'auth-suspect',
  'auth-revoked',
  'forbidden-model',
  'forbidden-key',
  'billing',
];

const cells = fc.record({
  found: fc.constantFrom(...said),
  form: fc.constantFrom(...Object.keys(quotings)),
  word: fc.constantFrom(...words),
  status: fc.constantFrom(...statuses),
  isProven: fc.boolean(),
  vendor: fc.constantFrom(undefined, 'openai', 'openrouter', 'zhipu'),
});

describe('what a proxy quotes of its upstream', () => {
  it('blames no key, no account and no site, whichever rule fits the words', () => {
    fc.assert(
      fc.property(cells, ({ found, form, word, status, isProven, vendor }) => {
        const quoting = quotings[form];
        if (quoting === undefined || (quoting.isEmbeddedOnly && vendor !== undefined)) return;
        const { body, headers = {} } = quoting.quote(found.body, word);
        const failure = classify({
          status,
          body,
          headers: { ...found.headers, ...headers },
          isProven,
          vendor,
        });
        const marked = markScopeOf(failure);
        const name = `${form}, ${found.id}, ${status}: ${failure.class} by ${failure.evidence.rule}`;
        expect(personal, name).not.toContain(failure.class);
        expect(
          marked.filter((field) => field !== 'origin' && field !== 'model'),
          name,
        ).toEqual([]);
        if (failure.class === 'server-error' && failure.evidence.adjustedBy === 'quoted')
          expect(failure.mayRetry, name).toBe(false);
        expect(marked.length === 0 || marked.includes('model'), name).toBe(true);
        if (!failure.evidence.rule.startsWith('status-'))
          expect(failure.speaker?.is, name).toBe('upstream');
      }),
      { numRuns: 5000, seed: 23 },
    );
  });

  it('what a catalogued vendor embeds at its own address is its own word', () => {
    const revoked = '{"error":{"message":"gone","code":"token_invalidated"}}';
    for (const { isEmbeddedOnly, hidesCode, quote } of Object.values(quotings)) {
      const { body } = quote(revoked, 'Authentication');
      const isWhole = !body.includes('…');
      if (!isEmbeddedOnly || !isWhole) continue;
      const failure = classify({ body, vendor: 'openai' });
      expect([failure.class, markScopeOf(failure).includes('fingerprint')], body).toEqual([
        hidesCode ? 'auth-rejected' : 'auth-revoked',
        true,
      ]);
    }
  });

  it('an answer that a vendor gives at its own address, and quotes nobody, means what it says', () => {
    for (const found of said) {
      if (
        ['custom', 'litellm', 'vllm'].includes(found.provider) ||
        /"(?:raw|provider)":/.test(found.body)
      )
        continue;
      expect(classify({ ...found, vendor: found.provider }).speaker?.is, found.id).not.toBe(
        'upstream',
      );
    }
  });

  it.each([
    [
      "the proxy's own word of its key",
      'Authentication Error, Invalid proxy server token passed.',
      'auth-rejected',
    ],
    [
      "one-api's own word of its key",
      'Invalid token (request id: 20260930031835054187Qx)',
      'auth-rejected',
      'new_api_error',
    ],
    [
      "an API gateway's own word of its key",
      'Access denied due to invalid subscription key. Make sure to provide a valid key.',
      'auth-rejected',
    ],
    [
      'a page of its documentation',
      'No key, see https://docs.litellm.ai/docs/proxy/virtual_keys',
      'auth-rejected',
    ],
    ['words after a dash', 'Access denied - your key is not valid', 'auth-rejected'],
    [
      'an object in the place of the sentence',
      { code: 'invalid_api_key', message: 'no' },
      'auth-rejected',
    ],
  ])('%s is no quotation', (_name, message, expected, type?: string) => {
    const failure = classify({ body: JSON.stringify({ error: { message, type, code: '401' } }) });
    expect(failure.class).toBe(expected);
    expect([undefined, 'unclear']).toContain(failure.speaker?.is);
  });

  it('an error with the address of another call in it is that one’s', () => {
    const param = { statusCode: 429, url: 'https://api.one.test/v1/chat/completions' };
    const error = { message: 'Insufficient balance', type: 'AI_APICallError', param };
    const failure = classify({ status: 429, body: JSON.stringify({ error }) });
    expect([failure.class, failure.speaker?.is]).toEqual(['quota', 'upstream']);
  });

  it('words of LiteLLM name the class that the trial saw go wrong', () => {
    const quoted = (message: string, type: string | null = null): string =>
      JSON.stringify({ error: { message, type, code: '401' } });
    const revoked =
      'litellm.BadRequestError: OpenAIException - {"error":{"code":"token_invalidated"}}';
    const spent =
      'litellm.RateLimitError: OpenAIException - {"error":{"code":"insufficient_quota","message":"no"}}';
    const unpaid = 'litellm.PaymentRequiredError: OpenAIException - Payment Required';
    const classes = [
      classify({ status: 401, body: quoted(revoked), isProven: true }),
      classify({ status: 429, body: quoted(spent, 'throttling_error') }),
      classify({ status: 402, body: quoted(unpaid) }),
    ].map((failure) => [failure.class, markScopeOf(failure), failure.mayRetry]);
    expect(classes).toEqual([
      ['server-error', ['origin', 'model'], false],
      ['quota', ['origin', 'model'], undefined],
      ['quota', ['origin', 'model'], undefined],
    ]);
  });
});
