/** The classifier against the corpus: every recorded answer gets its class and its wait; exceptions get theirs (A52, A54). */

import { describe, expect, it } from 'vitest';
import { type RecordedAnswer, receivedAt } from '../../scripts/lib/failure-corpus.ts';
import type { Failure } from '../model/failure.ts';
import { builtinSignatures } from '../providers/signatures/builtin.ts';
import { builtinResetHints } from '../providers/signatures/reset-hints.ts';
import { classifyAnswer } from './classify.ts';
import { createSignatureTable } from './match-signature.ts';

const table = createSignatureTable(builtinSignatures, builtinResetHints);
const now = Date.parse(receivedAt);

function classify(answer: Partial<RecordedAnswer>, isProven = false): Failure {
  const whole = { provider: 'openai', status: 200, headers: {}, body: '', ...answer };
  return classifyAnswer({ ...whole, isProven, now, redact: (text) => text }, table);
}

describe('classifyAnswer', () => {
  it('B1: the same 401 is suspect on a key that has worked and rejected on one that never did', () => {
    const body = JSON.stringify({
      error: { message: 'Incorrect API key provided', code: 'invalid_api_key' },
    });
    expect([classify({ status: 401, body }, true).class, classify({ status: 401, body }).class]).toEqual([
      'auth-suspect',
      'auth-rejected',
    ]);
  });

  it('obeys x-should-retry: false (B24)', () => {
    expect(classify({ status: 503, headers: { 'x-should-retry': 'false' } }).mayRetry).toBe(false);
  });

  it('B11: a 401 that says the quota is used up is no fault of the key, and its link is not passed on', () => {
    const body = JSON.stringify({
      error: { message: 'No credits. Pay at https://pay.example/now today', code: 'insufficient_credits' },
    });
    const failure = classify({ provider: 'custom', status: 401, body }, true);
    expect([failure.class, failure.message]).toEqual(['billing', 'No credits. Pay at [link] today']);
  });

  it('B25: a number inside an identifier is no status', () => {
    const failure = classify({ provider: 'custom', status: 418, body: 'request req_500ab503 was strange' });
    expect([failure.class, failure.evidence.rule]).toEqual(['unknown', 'status-418']);
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
