/**
 * Adjusts what a rule says of an answer (step 4 of a request) to what is known besides its words:
 * whether the key has worked, what the request names, and when a limit ends. Pure.
 */

import type { Evidence, FailureClass } from '../../model/failure.ts';
import { noKeyWords, wrongKeyWords } from '../../providers/signatures/generic-texts.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { hasEmptyWindow } from './error-body.ts';
import type { AnswerToClassify, Evidenced } from './evidenced.ts';
import { isForeignName } from './foreign-name.ts';
import { fieldMatched, type MatchFacts, statusOf } from './match-signature.ts';
import { findNamedHeader } from './named-header.ts';
import { names, namesId, pathWords, speaksOfObject } from './named-things.ts';

type Adjusted = readonly [FailureClass, NonNullable<Evidence['adjustedBy']>];

/**
 * Returns the class in place of the row's own: for the key's past, a thing that is named, or a
 * named end. Undefined: the row's class holds.
 */
export function adjust(
  row: Signature,
  { facts, answer, hasReset }: Evidenced,
  isOwn: boolean,
): Adjusted | undefined {
  if (answer.object !== undefined && speaksOfObject(row, facts))
    return ['bad-request', 'object-named'];
  switch (row.class) {
    case 'auth-rejected':
    case 'auth-elsewhere':
    case 'auth-unseen':
      return adjustKey(row, facts, { ...answer, isProven: answer.isProven && isOwn });
    case 'billing':
    case 'rate-limit':
      return adjustLimit(row, facts, hasReset);
    case 'forbidden-key':
      return adjustForbidden(row, facts.message, answer);
    case 'not-offered':
      return fieldMatched(row) === 'status' ? adjustUnserved(facts.message, answer) : undefined;
    default:
      return undefined;
  }
}

/** What renews itself is a window of the plan, and not money; a long one is no moment. */
function adjustLimit(
  { class: meant, permanent }: Signature,
  facts: MatchFacts,
  hasReset: boolean,
): Adjusted | undefined {
  if (meant === 'rate-limit')
    return hasEmptyWindow(facts.message) ? ['quota', 'window-empty'] : undefined;
  const isWindow = statusOf(facts) === 402 && hasReset && permanent !== true;
  return isWindow ? ['quota', '402-with-reset'] : undefined;
}

/** What the configuration adds may be at fault, and a code may contradict the words. */
function adjustKey(
  row: Signature,
  facts: MatchFacts,
  { added, isProven }: Pick<AnswerToClassify, 'added' | 'isProven'>,
): Adjusted | undefined {
  if (findNamedHeader(facts.message, added) !== undefined) return headerNamed;
  if (isProven) return ['auth-suspect', 'proven-key'];
  return contradicts(row, facts) ? ['forbidden-key', 'signs-differ'] : undefined;
}

/** Its edit counts with the next request, so nothing is held back. */
const headerNamed: Adjusted = ['forbidden-feature', 'header-named'];

/** True if a code says that the key is wrong, and the words that none came; or the reverse. */
function contradicts(row: Signature, { message }: MatchFacts): boolean {
  if (fieldMatched(row) !== 'code') return false;
  const isUnseen = noKeyWords.test(message);
  return row.class === 'auth-unseen' ? !isUnseen && wrongKeyWords.test(message) : isUnseen;
}

/** A bare status names no cause: a 403 that repeats the requested name is about the model. */
function adjustForbidden(
  row: Signature,
  message: string,
  answer: AnswerToClassify,
): Adjusted | undefined {
  const isBare = fieldMatched(row) === 'status';
  if (isBare && names(message, answer.model)) return ['forbidden-model', 'model-named'];
  if (findNamedHeader(message, answer.added) !== undefined) return headerNamed;
  if (!isBare) return undefined;
  if (answer.isProvenWithModel) return ['auth-suspect', 'proven-key'];
  const isOfHost = message === '' && !answer.isProven && isForeignName(answer);
  return isOfHost ? ['forbidden-request', 'host-foreign'] : undefined;
}

/** A bare 404 with the requested name is one too; a path that has answered with it was right. */
function adjustUnserved(
  message: string,
  { model, isProvenWithModel, isPathProven = isProvenWithModel }: AnswerToClassify,
): Adjusted | undefined {
  const isOfPath = message === '' || pathWords.test(message);
  if (namesId(message) && !isOfPath) return ['foreign-history', 'object-named'];
  if (names(message, model)) return ['model-missing', 'model-named'];
  if (!isOfPath || !isProvenWithModel) return undefined;
  return ['not-offered', isPathProven ? 'others-passed' : 'proven-key'];
}
