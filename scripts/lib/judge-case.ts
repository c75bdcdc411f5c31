/** Classifies a case of the corpus for a key that has never worked, for its tests and its index. */

import { adviceOn } from '../../src/access/classify/advice.ts';
import { markScopeOf } from '../../src/credentials/health/mark-policy.ts';
import { judgeResponse } from '../../src/diagnostics/judge-response.ts';
import type { Failure } from '../../src/model/failure.ts';
import { builtinSignatures } from '../../src/providers/signatures/builtin.ts';
import { type CorpusCase, receivedAt } from './failure-corpus.ts';

export interface CaseVerdict {
  /** The correct `expect` of the fixture, without its `note`. */
  readonly expect: CorpusCase['expect'];
  /** Undefined if the answer is no failure. */
  readonly failure: Failure | undefined;
  /** The rule that decided and its source; null if the answer is no failure. */
  readonly rule: { readonly id: string; readonly kind: string; readonly source?: string } | null;
}

export function judgeCase({ provider, response, text: body }: CorpusCase): CaseVerdict {
  const { status, headers } = response;
  const now = Date.parse(receivedAt);
  const asked = {
    provider,
    status,
    headers,
    body,
    isProven: false,
    now,
    redact: (text: string) => text,
  };
  const { failure, transcript } = judgeResponse(asked);
  return {
    expect: {
      class: failure?.class ?? null,
      scope: failure === undefined ? [] : [...markScopeOf(failure)],
      advice: failure === undefined ? null : adviceOn(failure),
      ...(failure?.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      ...('stream' in response ? { afterContent: transcript?.hasContent ?? false } : {}),
    },
    failure,
    rule: failure === undefined ? null : ruleOf(failure),
  };
}

function ruleOf({ evidence: { rule: id, kind } }: Failure): CaseVerdict['rule'] {
  const source = builtinSignatures.find((row) => row.id === id)?.source;
  return { id, kind, ...(source === undefined ? {} : { source }) };
}
