/**
 * Decides how much of a failure class is known (step 4 of a request): a code or words that a rule
 * knows say it, or it is a guess by the status. People are told no more than that: every sentence
 * about a guess begins with the status, and its fix is conditional. Pure.
 */

import type { Failure } from '../../model/failure.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { fieldMatched, type MatchFacts, statusOf } from './match-signature.ts';

/**
 * Returns the status that a class was guessed by; undefined if something says it. A status that a
 * vendor gives a meaning of its own is as good as a code.
 */
export function guessedBy(
  row: Signature | undefined,
  { evidence }: Pick<Failure, 'evidence'>,
  facts: MatchFacts,
): number | undefined {
  const status = statusOf(facts);
  if (status < 400 || sayings.some((one) => one === evidence.adjustedBy)) return undefined;
  if (row === undefined) return evidence.kind === 'status' ? status : undefined;
  const isOwn = row.provider !== '*';
  const isGuess = row.isHint === true || (fieldMatched(row) === 'status' && !isOwn);
  return isGuess && evidence.rule === row.id ? status : undefined;
}

/** Words that name a thing of ours are known, whatever the rule. */
const sayings = ['object-named', 'header-named'] as const;
