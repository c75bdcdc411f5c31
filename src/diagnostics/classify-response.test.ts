/** The report of an answer: both pasts of a key, the mark, the plan as `decide` makes it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClassifyReport, classifyResponse } from './classify-response.ts';

const streams = join(import.meta.dirname, '../../test/fixtures/streams');
const now = Date.parse('2026-11-21T12:00:00Z');

function report(answer: { provider?: string; status: number; body: string }): ClassifyReport {
  const whole = { provider: 'openai', headers: {}, now, redact: (text: string) => text, ...answer };
  return classifyResponse(whole);
}

describe('classifyResponse', () => {
  it('tells both pasts of a key apart, rechecks only for the one that has worked', () => {
    const body = '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}';
    const { failure } = report({ status: 401, body });
    expect([failure?.newKey.class, failure?.newKey.plan, failure?.newKey.planAlone]).toEqual([
      'auth-rejected',
      ["reads the key's source again", 'takes another key', 'goes to the next target'],
      ["reads the key's source again", 'ends: no other target or key is available'],
    ]);
    expect([failure?.provenKey.class, failure?.provenKey.plan]).toEqual([
      'auth-suspect',
      [
        "reads the key's source again",
        'asks again after 1.0 s',
        'asks again after 3.0 s',
        'takes another key',
        'goes to the next target',
      ],
    ]);
  });

  it('names rule and source, the end and who set it', () => {
    const body =
      '{"error":{"message":"Rate limit reached. Please try again in 3.2s.","type":"tokens","code":"rate_limit_exceeded"}}';
    expect(report({ status: 429, body })).toMatchObject({
      provider: 'openai',
      status: 429,
      failure: {
        evidence: { rule: 'any-rate-limit-code', kind: 'code' },
        source: expect.stringMatching(/^\[D\] https:/),
        retryAfter: { ms: 3200, until: now + 3200, from: 'prose' },
        newKey: {
          advice: 'wait',
          mark: {
            scope: ['origin', 'account', 'model'],
            until: now + 3200,
            endSetBy: 'provider',
            afterInARow: 1,
          },
        },
      },
    });
  });

  it('marks nothing for a fault of the request, and sends it to no window that is known to be as small', () => {
    const body = '{"error":{"message":"too long","code":"context_length_exceeded"}}';
    const verdict = report({ status: 400, body }).failure?.newKey;
    expect([verdict?.mark, verdict?.plan, verdict?.planAlone]).toEqual([
      undefined,
      ['goes to the next target, unless its context window is known to be no larger'],
      ['ends: no other target or key is available'],
    ]);
  });

  it('says of an answer that it is no failure', () => {
    const body = '{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}';
    expect(report({ status: 200, body })).toEqual({ provider: 'openai', status: 200 });
  });

  it.each(
    readdirSync(streams, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.sse'),
    ),
  )('says of the stream %s, which ends as its protocol has it, that it is no failure', (path) => {
    const body = readFileSync(join(streams, path), 'utf8');
    const { failure, stream } = report({ status: 200, body });
    expect({ failure, stream }).toMatchObject({
      failure: undefined,
      stream: { hasFinished: true },
    });
  });

  it('200 with empty choices, or with a page, is no answer', () => {
    expect(report({ status: 200, body: '{"choices":[]}' }).failure?.newKey.class).toBe('malformed');
    expect(report({ status: 200, body: '<html>' }).failure?.newKey.class).toBe('malformed');
  });
});
