/** The corpus, whole: every recorded answer and stream gets its class, scope, advice and reset time. */

import { describe, expect, it } from 'vitest';
import { type CorpusCase, readCases, receivedAt } from '../../scripts/lib/failure-corpus.ts';
import { adviceOn } from '../access/classify/advice.ts';
import { createSignatureTable } from '../access/classify/match-signature.ts';
import { markScopeOf } from '../credentials/health/mark-policy.ts';
import { builtinSignatures } from '../providers/signatures/builtin.ts';
import { builtinResetHints } from '../providers/signatures/reset-hints.ts';
import { judgeResponse } from './judge-response.ts';

const table = createSignatureTable(builtinSignatures, builtinResetHints);

function judge({ provider, response, text: body }: CorpusCase): CorpusCase['expect'] {
  const { status, headers } = response;
  const now = Date.parse(receivedAt);
  const { failure, transcript } = judgeResponse(
    { provider, status, headers, body, isProven: false, now, redact: (text) => text },
    table,
  );
  return {
    class: failure?.class ?? null,
    scope: failure === undefined ? [] : [...markScopeOf(failure)],
    advice: failure === undefined ? null : adviceOn(failure),
    ...(failure?.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...('stream' in response ? { afterContent: transcript?.hasContent ?? false } : {}),
  };
}

describe('the corpus', () => {
  it.each(readCases().map((found) => [found.id, found] as const))('%s', (_id, found) => {
    const { note: _note, ...expected } = found.expect;
    expect(judge(found)).toEqual(expected);
  });

  it('reaches every place in which a provider says when to come back', () => {
    const now = Date.parse(receivedAt);
    const found = readCases().map(({ provider, response, text: body }) => {
      const { status, headers } = response;
      const asked = { provider, status, headers, body, isProven: false, now, redact: (text: string) => text };
      return judgeResponse(asked, table).failure?.retryAfterFrom;
    });
    const waits = builtinResetHints.filter(({ means }) => means === 'wait').map(({ id }) => id);
    expect(waits.filter((id) => !found.includes(id))).toEqual([]);
  });
});
