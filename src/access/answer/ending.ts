/**
 * What the end of an answer makes of it (step 6 of a request): nothing wrong, an empty answer, or
 * an unfinished one. A miss is held: it is passed on when nobody has a better answer (laws 9 and
 * 17).
 */

import type { Target } from '../../model/target.ts';
import type { Finish } from '../../protocols/translation/finish.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { readAskedLimit } from '../classify/output-limit.ts';
import type { Lessons } from '../memory/lessons.ts';
import type { AttemptPlan } from './outcome.ts';

/** A caller who limits an answer to so few tokens wants a sign of life, and gets what there is. */
const smallWish = 16;
/** So many whole answers in a row without a finish, and a target is known to give none. */
const finishlessInARow = 3;
/**
 * What has spaces in it, or is longer, is no word: it may hold some of the request or of the answer
 * (law 2).
 */
const wordShape = /^[\p{L}\p{N}_.:/-]{1,40}$/u;

/**
 * The answer failed by its provider's own word: no mark, for the word says nothing of the next
 * answer.
 */
export function createBroken({ word = '' }: Finish): CutFailure {
  return createFailure('unfinished', 'broken-finish', `the answer ended with ${quoteFinish(word)}`);
}

/**
 * An answer without content, unless its finish, a tool's result before it, or its limit explains
 * that.
 */
export function findEmptiness(
  { body, continuation, isLastTarget }: AttemptPlan,
  finish: Finish,
): CutFailure | undefined {
  const rule = body.stream ? 'empty-stream' : 'empty-answer';
  const empty = createFailure('empty', rule, 'the answer was empty');
  // A target that says nothing more is one that cannot go on: the next is asked.
  if (continuation !== undefined) return isLastTarget() ? empty : { ...empty, mayRetry: false };
  if (finish.explainsEmpty) return undefined;
  if (finish.kind === 'known' && body.endsWithToolResult()) return undefined;
  const limit = readAskedLimit(body);
  return limit !== undefined && limit <= smallWish ? undefined : empty;
}

/**
 * A whole answer with content and without a finish, from a target that has given one before, or
 * may.
 */
export function findLack(
  { engine: { lessons }, target }: AttemptPlan,
  finish: Finish,
): CutFailure | undefined {
  if (finish.kind !== 'none') {
    lessons.finishless.forget(target);
    return undefined;
  }
  if (noteFinishless(lessons, target) > finishlessInARow) return undefined;
  const lack = createFailure('unfinished', 'no-finish', 'the answer ended without a finish reason');
  return { ...lack, mayRetry: false };
}

function noteFinishless({ finishless }: Lessons, target: Target): number {
  const count = (finishless.of(target) ?? 0) + 1;
  finishless.learn(target, count);
  return count;
}

/** Whether its key has worked all the same. */
export function hasWorked({ class: failureClass, evidence }: CutFailure): boolean {
  return failureClass !== 'empty' && evidence.rule !== 'broken-finish';
}

/**
 * For the record of a translated answer: its caller sees a normal end. Empty for a word that is
 * known.
 */
export function noteUnknownWord(
  { engine: { redactor }, target }: AttemptPlan,
  { kind, word = '' }: Finish,
): readonly string[] {
  if (kind !== 'unknown') return [];
  return [
    `${target.id} ended its answer with ${redactor.redact(quoteFinish(word))}: told as a normal end`,
  ];
}

function quoteFinish(word: string): string {
  return wordShape.test(word) ? `"${word}"` : 'a finish reason that is no word';
}
