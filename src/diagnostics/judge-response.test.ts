/**
 * The corpus, whole: every recorded answer and stream gets its class, scope, advice and reset time.
 */

import { describe, expect, it } from 'vitest';
import { readCases } from '../../scripts/lib/failure-corpus.ts';
import { judgeCase } from '../../scripts/lib/judge-case.ts';
import { builtinResetHints } from '../providers/signatures/reset-hints.ts';

describe('the corpus', () => {
  it.each(readCases().map((found) => [found.id, found] as const))('%s', (_id, found) => {
    const { note: _note, ...expected } = found.expect;
    const { expect: verdict, rule } = judgeCase(found);
    expect({ decidedBy: rule?.id, ...verdict }).toEqual({ decidedBy: rule?.id, ...expected });
  });

  it('reaches every place in which a provider says when to come back', () => {
    const found = readCases().map((one) => judgeCase(one).failure?.retryAfterFrom);
    const waits = builtinResetHints.filter(({ isRefill }) => !isRefill).map(({ id }) => id);
    expect(waits.filter((id) => !found.includes(id))).toEqual([]);
  });
});
