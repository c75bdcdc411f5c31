/** The classifier against the corpus: every recorded answer gets its class and its wait; exceptions get theirs (A52, A54). */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinSignatures } from '../providers/signatures/builtin.ts';
import { classifyAnswer, classifyException } from './classify.ts';
import { createSignatureTable } from './match-signature.ts';

const folder = join(import.meta.dirname, '../../test/fixtures/failures');
const table = createSignatureTable(builtinSignatures);
const now = Date.parse('2026-11-21T12:00:00Z');

const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json'))
  .map((path) => ({ path, fixture: JSON.parse(readFileSync(join(folder, path), 'utf8')) }));

function classify(
  provider: string,
  response: { status: number; headers?: object; body: unknown },
  isProven = false,
) {
  const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
  return classifyAnswer(
    {
      provider,
      status: response.status,
      headers: { ...response.headers },
      body,
      isProven,
      now,
      redact: (text) => text,
    },
    table,
  );
}

describe('classifyAnswer', () => {
  it.each(fixtures.map(({ path, fixture }) => [path, fixture] as const))('%s', (_path, fixture) => {
    const failure = classify(fixture.provider, fixture.response);
    expect(failure.class).toBe(fixture.expect.class);
    if (fixture.expect.retryAfterMs !== undefined) {
      expect(failure.retryAfterMs).toBe(fixture.expect.retryAfterMs);
    }
  });

  it('B1: the same 401 is suspect on a key that has worked and rejected on one that never did', () => {
    const response = {
      status: 401,
      body: { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } },
    };
    expect([classify('openai', response, true).class, classify('openai', response, false).class]).toEqual([
      'auth-suspect',
      'auth-rejected',
    ]);
  });

  it('obeys x-should-retry: false (B24)', () => {
    expect(
      classify('openai', { status: 503, headers: { 'x-should-retry': 'false' }, body: '' }).mayRetry,
    ).toBe(false);
  });
});

describe('classifyException', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED'), false, 'connect'],
    [
      'A54: a code below its cause',
      new Error('fetch failed', { cause: withCode('ENOTFOUND') }),
      false,
      'connect',
    ],
    ['a reset after the head', withCode('ECONNRESET'), true, 'stream-cut'],
    ['a bare "terminated"', new TypeError('terminated'), true, 'stream-cut'],
    ['B28: an untrusted certificate', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), false, 'tls'],
    ['a broken head', withCode('HPE_INVALID_CONSTANT'), false, 'connect'],
    ['something else', new Error('odd'), false, 'unknown'],
  ])('classes %s', (_name, error, hasHead, expected) => {
    expect(classifyException(error, hasHead).class).toBe(expected);
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code });
}
