/**
 * Judges the end of an answer (step 6 of a request): complete, empty, or unfinished. A miss is
 * held, and passed on if nobody has a better answer (laws 9 and 17).
 */

import type { FailureClass } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import type { StreamWatch } from '../../protocols/contract/watched-stream.ts';
import type { Finish } from '../../protocols/translation/finish.ts';
import { trialLimit } from '../../tasks/judge.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { readAskedLimit } from '../classify/output-limit.ts';
import { mayShare } from '../classify/shared-words.ts';
import type { Lessons } from '../memory/lessons.ts';
import type { AttemptPlan } from './outcome.ts';

/** After this many whole answers in a row without a finish, a target is known to send none. */
const finishlessInARow = 3;
/** A value with spaces, or as long as a quote, may be of the request or the answer (law 2). */
const wordShape = /^[\p{L}\p{N}_.:/-]+$/u;
/** Vendors' own long words. */
const longWords =
  /^(?:insufficient_system_resource|finish_reason_unspecified|missing_thought_signature)$/i;

/**
 * The provider itself reported that the answer failed. No mark: this says nothing about its next
 * answer.
 */
export function createBroken({ word = '' }: Finish): CutFailure {
  const told = quoteFinish(word);
  const meaning = meanings.find(([words]) => words.test(word))?.[1];
  const said = `the answer ended with ${told}${meaning === undefined ? '' : `: ${meaning}`}`;
  return createFailure('unfinished', 'broken-finish', said);
}

/** What a word is about, where it reads like something else. */
const meanings: readonly (readonly [RegExp, string])[] = [
  // [D] https://docs.z.ai/api-reference/llm/chat-completion: an exception of the inference
  [/network/i, 'a fault inside the provider, not of the network here'],
  // [D] https://api-docs.deepseek.com/api/create-chat-completion
  [/insufficient_system_resource/i, 'the provider had too little capacity for it'],
  // [D] https://ai.google.dev/api/generate-content#FinishReason
  [
    /malformed|(unexpected|invalid)_tool_call/i,
    'the model called a tool in a form that cannot be used',
  ],
];

/**
 * Returns a failure for an answer without content, unless its finish, a tool's result before it, or
 * its limit explains that.
 */
export function findEmptiness(
  { body, continuation, isLastTarget }: AttemptPlan,
  finish: Finish,
): CutFailure | undefined {
  const rule = body.stream ? 'empty-stream' : 'empty-answer';
  const empty = createFailure('empty', rule, 'the answer was empty');
  // A target that adds nothing cannot continue: the next one is asked.
  if (continuation !== undefined)
    return isLastTarget?.() === false ? { ...empty, mayRetry: false } : empty;
  if (finish.explainsEmpty) return undefined;
  if (finish.kind === 'known' && body.endsWithToolResult()) return undefined;
  const limit = readAskedLimit(body);
  return limit !== undefined && limit <= trialLimit ? undefined : empty;
}

/**
 * Returns what an answer without a text lacks, where its finish explains that: it is passed on, for
 * nobody else would do better with this request.
 */
export function explainEmptiness(
  { body }: AttemptPlan,
  { unified, explainsEmpty, refusedFor }: Finish,
): CutFailure | undefined {
  if (!explainsEmpty) return undefined;
  const limit = readAskedLimit(body);
  const isTrial = limit !== undefined && limit <= trialLimit;
  if (unified === 'length' && !isTrial)
    return tellLack('empty', 'its output limit was reached before any text');
  if (refusedFor !== undefined)
    return tellLack(
      'content-policy',
      `the prompt was refused with ${quoteFinish(refusedFor)}, and no answer was begun`,
    );
  return unified === 'content-filter'
    ? tellLack('content-policy', 'a content filter took the whole answer')
    : undefined;
}

function tellLack(meant: FailureClass, message: string): CutFailure {
  return { ...createFailure(meant, 'no-text', message), speaker: { is: 'nobody', meant } };
}

/**
 * Returns a failure for a whole answer with content but no finish, from a target that usually sends
 * one.
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

/** True when the key has worked in spite of the failure. */
export function hasWorked({ class: failureClass, evidence }: CutFailure): boolean {
  return failureClass !== 'empty' && evidence.rule !== 'broken-finish';
}

/**
 * Notes an unknown finish in the record: nobody else may see that the answer is perhaps not whole.
 * Empty for a known one.
 */
export function noteUnknownWord(
  { engine: { redactor }, target }: AttemptPlan,
  { kind, unified, word = '' }: Finish,
): readonly string[] {
  if (kind !== 'unknown') return [];
  const meaning = unified === 'length' ? 'it was cut' : 'an unknown word, told as a normal end';
  return [`${target.id} ended its answer with ${redactor.redact(quoteFinish(word))}: ${meaning}`];
}

/** Notes an unusual end. A call that is cut must not be carried out. */
export function noteOddEnd(
  plan: AttemptPlan,
  { finish, hasCall }: Pick<StreamWatch, 'finish' | 'hasCall'>,
): readonly string[] {
  const isCut = hasCall && finish.unified === 'length';
  const cut = `${plan.target.id} reached its output limit in the middle of a tool call`;
  return [...(isCut ? [cut] : []), ...noteUnknownWord(plan, finish)];
}

function quoteFinish(word: string): string {
  const isWord = longWords.test(word) || (wordShape.test(word) && !mayShare(word));
  return isWord ? `"${word}"` : 'a reason that is not a word';
}
