/**
 * Describes a case whose expectation differs from the rules: which rule decided, what `expect`
 * would be, and what may be wrong. Pure.
 */

import { providerOfRule } from '../../src/providers/signatures/signature.ts';
import { type CorpusCase, describeFixture } from './failure-corpus.ts';
import type { CaseVerdict } from './judge-case.ts';

export function describeMismatch(
  { id, provider }: CorpusCase,
  { rule, expect }: CaseVerdict,
): string {
  const decided = rule === null ? 'no rule: it is not a failure' : `the rule ${rule.id}`;
  const problem = `what decides here is ${decided}; "expect" would be ${JSON.stringify(expect)}`;
  return [describeFixture(id, problem), ...listHints(provider, rule)].join('\n  ');
}

function listHints(provider: string, rule: CaseVerdict['rule']): readonly string[] {
  const owner = rule === null ? undefined : providerOfRule(rule.id);
  const isOwn = owner === provider;
  const isTooWide = `If you did not mean this case, ${rule?.id} is too wide: give it a field that only your answer has, and leave this file as it is.`;
  return [
    ...(isOwn || owner === '*' ? [isTooWide] : []),
    isOwn
      ? `If another row of ${provider} of the same kind should decide, give that one before: ['${rule?.id}'].`
      : // The provider's own rows come first.
        `No row of ${provider} fits this answer. If you wrote one for it, compare its fields with the answer, letter by letter.`,
  ];
}
