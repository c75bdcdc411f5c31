/** Where the code and the words of a refusal differ, neither is told as the truth. */

import { describe, expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';

interface Said {
  readonly status: number;
  readonly code?: string;
  readonly message: string;
  readonly isProven?: boolean;
}

function judge({ status, code, message, isProven = false }: Said): readonly unknown[] {
  const failure = classify({ status, body: { error: { code, message } }, isProven });
  return [failure.class, failure.evidence.adjustedBy, failure.message];
}

const wrong = ['invalid_api_key', 'InvalidApiKey', 'authentication_error'];
const unseen = ['missing_api_key', 'api_key_required'];
const saysNone = ['No API-key provided.', 'Missing API key', 'Authorization header is missing'];
const saysWrong = ['Incorrect API key provided: sk-…9', 'Invalid API-key', 'API key not valid.'];
const statuses = [200, 400, 401, 403];

describe('a refusal of a key', () => {
  it('whose code and words differ is only quoted', () => {
    for (const status of statuses)
      for (const [codes, messages] of [
        [wrong, saysNone],
        [unseen, saysWrong],
      ] as const)
        for (const code of codes)
          for (const message of messages) {
            const said = { status, code, message };
            expect(judge(said)).toEqual(['forbidden-key', 'signs-differ', message]);
            expect(judge({ ...said, isProven: true })[0]).toBe('auth-suspect');
          }
  });

  it('whose code and words agree, or that has one of them, is what they say', () => {
    for (const status of statuses) {
      for (const code of wrong)
        for (const message of [...saysWrong, 'no', ''])
          expect(judge({ status, code, message })[0]).toBe('auth-rejected');
      for (const code of unseen)
        for (const message of [...saysNone, 'no', ''])
          expect(judge({ status, code, message })[0]).toBe('auth-unseen');
    }
    for (const message of saysNone) expect(judge({ status: 401, message })[0]).toBe('auth-unseen');
    for (const message of saysWrong)
      expect(judge({ status: 401, message })[0]).toBe('auth-rejected');
  });
});

describe('words that leave open which it is', () => {
  it.each(['Missing or invalid API key', 'Invalid or missing API key'])(
    'contradict no code: %s',
    (message) => {
      for (const status of statuses) {
        for (const code of wrong) expect(judge({ status, code, message })[0]).toBe('auth-rejected');
        for (const code of unseen) expect(judge({ status, code, message })[0]).toBe('auth-unseen');
      }
    },
  );
});

describe('a model that is not there for this account', () => {
  it.each([
    "Function 'abc-1': Not found for account 'xyz'",
    'Function abc not found for account',
    'The model `big` is not available for your organization.',
    'Deployment big is not enabled for this project',
    'model big is not authorized for the team',
    'Model big is not available for this API key',
  ])('is told as such: %s', (message) => {
    for (const status of [400, 403, 404])
      expect(judge({ status, message })[0]).toBe('forbidden-model');
  });

  it.each([
    ['The model `big` was not found', 'model-missing'],
    ['Not Found', 'not-offered'],
    ['page not found for account pages', 'not-offered'],
  ])('is not guessed from %s', (message, expected) => {
    expect(judge({ status: 404, message })[0]).toBe(expected);
  });
});

describe('a gateway with one 5xx for all that its upstream says', () => {
  const words = ['messages.3: text content blocks must be non-empty', 'unknown field `seed`'];
  const bodies: readonly (readonly [string, (message: string) => object])[] = [
    ['a number', (message) => ({ error: { code: 400, message } })],
    ['a number in quotes', (message) => ({ error: { code: '422', message } })],
    ['the name of a status', (message) => ({ error: { status: 'INVALID_ARGUMENT', message } })],
    ['a type', (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } })],
    ['words', (message) => ({ error: { message: `Error code: 400 - ${message}` } })],
  ];
  const gateways = bodies.flatMap(([how, body]) =>
    [500, 502, 503].map((status) => [how, status, body] as const),
  );

  it.each(gateways)('passes a fault of the request on by %s: %i', (_how, status, body) => {
    for (const said of words)
      expect(classify({ status, body: body(said) }).class).toBe(
        classify({ status: 400, body: body(said) }).class,
      );
  });

  it.each(gateways)('says nothing of our key by %s: %i', (_how, status, body) => {
    for (const said of [...saysWrong, ...saysNone, 'Your credit balance is low', 'strange'])
      expect(['server-error', 'overloaded', 'billing']).toContain(
        classify({ status, body: body(said) }).class,
      );
  });

  it('says nothing of our key, our account or the path by another number', () => {
    for (const status of [500, 502, 503])
      for (const code of [401, 402, 403, 404, 429]) {
        const body = { error: { code, message: 'strange' } };
        expect(classify({ status, body }).class).toBe(classify({ status, body: {} }).class);
      }
  });
});
