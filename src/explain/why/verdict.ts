/**
 * Writes the first sentence of a story: whether the request was answered, after how long, by whom,
 * and why not by the first candidate. It is made of the steps of its record: attempts in order,
 * with repeats folded, and each skipped candidate once. Pure.
 */

import { failureBehind, isEmptyAnswer, isForAll } from '../../access/report/ended.ts';
import { describeSpeaker, isGuess } from '../../access/wording/speakers.ts';
import { begunAnew, divergedRule } from '../../access/wording/wording.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../../model/record.ts';
import { countNoun, describeSpan, joinWords, labelOf, ordinal } from './wording.ts';

/**
 * Returns, for example, `Answered after 2.1 s by anthropic/sonnet, the second choice, because
 * openai/gpt was at its rate limit.`
 */
export function judgeRequest(record: RequestRecord, steps: readonly TaleStep[]): string {
  const after = describeSpan(record.durationMs);
  switch (record.outcome) {
    case 'answered':
      return `${describeWhoAnswered(record, steps, after)}.`;
    case 'broken':
      return `Broke off after ${after}, in the middle of the answer: ${describeWhatFailed(record, steps)}. ${describeRest(record)}`;
    case 'client-gone':
      return `The caller left after ${after}, ${describeLeaving(steps)}.`;
    case 'failed':
      return `${describeFailed(record, steps, after)}.`;
  }
}

function describeWhoAnswered(
  record: RequestRecord,
  steps: readonly TaleStep[],
  after: string,
): string {
  const { answeredBy, attempts, joints = [] } = record;
  if (isEmptyAnswer(record))
    return `An empty answer was passed on after ${after}: ${describeEnd(record)}`;
  const by = `Answered after ${after} by`;
  if (answeredBy === undefined) return `${by} Holdfast itself`;
  const trouble = describeWhatFailed(record, steps);
  const [first] = joints;
  if (first !== undefined) {
    const parts = joints.map(
      ({ to, at }) => `from character ${at} on by ${to === first.from ? 'the same again' : to}`,
    );
    return `${by} ${first.from} and ${joinWords(parts)}, because ${trouble}`;
  }
  const others = new Set(steps.flatMap((one) => (one.isNeeded ? one.target : [])));
  others.delete(answeredBy);
  if (trouble === '') return `${by} ${answeredBy}, the first that was asked`;
  if (others.size > 0)
    return `${by} ${answeredBy}, the ${ordinal(others.size + 1)} choice, because ${trouble}`;
  const key = keyBeside(record, steps);
  const times = attempts.length > 1 ? ` at the ${ordinal(attempts.length)} request` : '';
  return `${by} ${answeredBy}${key}${times}, because ${trouble}`;
}

/** Adds ` with key home` if another key of the same target had failed. */
function keyBeside({ attempts }: RequestRecord, steps: readonly TaleStep[]): string {
  const own = attempts.at(-1)?.credential;
  const isAlone = steps.every((one) => !one.isNeeded || one.credential === own);
  return own === undefined || isAlone ? '' : ` with key ${labelOf(own)}`;
}

/** Returns what an unanswered request met: `acme/m had a server error`. */
export function describeEnd(record: RequestRecord): string {
  const { notes, cause = 'unknown' } = record;
  const nobody = { ...record, answeredBy: undefined };
  return describeWhatFailed(nobody, listSteps(record)) || (notes.at(-1) ?? cause);
}

/**
 * Describes the failure of each target, to follow *because*; empty if none failed. Targets that
 * failed alike share a clause.
 */
export function describeWhatFailed(
  { attempts, answeredBy }: RequestRecord,
  steps: readonly TaleStep[],
): string {
  const byTarget = Map.groupBy(
    steps.filter((one) => one.isNeeded),
    ({ target }) => target,
  );
  const own = attempts.at(-1)?.credential;
  const clauses = [...byTarget].flatMap(([target, ownSteps]) => {
    const isIt = target === answeredBy;
    const asked = ownSteps.filter(({ skip }) => skip?.cause !== 'auth-missing');
    // a missing key beside one that was asked is only an unused source
    const told = isIt || asked.length > 0 ? asked : ownSteps;
    const words = told.flatMap((step) => phrase(step, isIt && step.credential !== own) ?? []);
    if (words.length === 0) return isIt ? [] : [[target, 'was passed over'] as const];
    const name = isIt && byTarget.size === 1 ? 'it' : target;
    return [[name, joinWords([...new Set(words)])] as const];
  });
  const alike = Map.groupBy(clauses, ([, words]) => words);
  return joinWords(
    [...alike].map(([words, same]) => `${nameTargets(same)} ${agree(words, same.length)}`),
  );
}

/** `has no key` of one target is `have no key` of two. */
function agree(words: string, targets: number): string {
  if (targets === 1) return words;
  return words.replace(/^(has|was) /, (_all, verb) => (verb === 'has' ? 'have ' : 'were '));
}

/** Names this many targets that failed alike. */
const maxNamed = 3;

function nameTargets(clauses: readonly (readonly [target: string, words: string])[]): string {
  const names = clauses.map(([target]) => target);
  const more = names.length - maxNamed;
  return joinWords(more > 1 ? [...names.slice(0, maxNamed), `${more} others`] : names);
}

/** `isOtherKey`: another key of the same target answered, so the phrase names the key. */
function phrase(step: TaleStep, isOtherKey = false): string | undefined {
  const { skip, last, failure, credential, speaker } = step;
  if (skip?.cause === 'budget') return `was not asked: ${skip.summary ?? 'a budget has no room'}`;
  if (failure === undefined) return undefined;
  // A wrong continuation has no class of its own.
  if (last?.failure?.rule === divergedRule) return begunAnew;
  const foreign = describeSpeaker(speaker);
  if (foreign !== undefined) return isOtherKey ? `${foreign}${nameAsked(step)}` : foreign;
  const { happened } = rowOfClass(failure).phrases;
  return isOtherKey && credential !== undefined
    ? happened.replace('its key', `key ${labelOf(credential)}`)
    : happened;
}

/** An answer of which only the status is known is one to that key. */
function nameAsked({ speaker, credential }: TaleStep): string {
  const isSuch = speaker !== undefined && credential !== undefined && isGuess(speaker);
  return isSuch ? ` to key ${labelOf(credential)}` : '';
}

function describeRest({ notContinued }: RequestRecord): string {
  return notContinued === undefined
    ? 'It was not continued; the caller has the beginning and an error.'
    : `It was not continued: ${notContinued}.`;
}

function describeLeaving(steps: readonly TaleStep[]): string {
  const asked = steps.findLast(({ last }) => last);
  if (asked === undefined) return 'before any target was asked';
  return asked.failure === undefined
    ? `while ${asked.target} was being asked`
    : `after ${asked.target} had failed`;
}

function describeFailed(record: RequestRecord, steps: readonly TaleStep[], after: string): string {
  const refusal = steps.find((step) => step.last && isRequestFault(step));
  if (refusal !== undefined)
    return `Refused after ${after}: ${refusal.target} ${phrase(refusal)}${isForAll(refusal) ? ', which another target or key would not change' : ''}`;
  if (!steps.some(({ isNeeded }) => isNeeded))
    return `Not answered: ${record.notes.at(-1) ?? 'no target could be asked'}`;
  const last = record.attempts.at(-1);
  if (last !== undefined && last.failure === undefined)
    return `Cut off after ${after}: ${record.notes.at(-1) ?? 'by a fault on our side'}`;
  const failed = describeWhatFailed(record, steps);
  const tries = record.attempts.length;
  if (tries > 0)
    return `No target answered, after ${after} and ${countNoun(tries, 'request')}: ${failed}`;
  const short = steps.find(({ skip }) => skip?.cause === 'budget')?.skip;
  return short !== undefined && record.cause === 'budget'
    ? `No target was asked: ${short.summary ?? short.reason}`
    : `No target was asked, because ${failed}`;
}

/** Consecutive attempts on one candidate that failed alike, or a candidate that was skipped. */
export interface TaleStep extends Pick<SkipRecord, 'target' | 'credential' | 'until'> {
  readonly attempts: readonly AttemptRecord[];
  /** The last of them. Absent: it was skipped. */
  readonly last?: AttemptRecord;
  /** Absent: it was asked. */
  readonly skip?: SkipRecord;
  /** Absent for an answer, and for a skip with another reason. */
  readonly failure?: FailureClass | undefined;
  /** Who sent the error, if it was not the target. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** It had a part in the outcome of the request. */
  readonly isNeeded: boolean;
}

/**
 * Returns the steps in reading order: skipped candidates before the one that answered, beside the
 * other keys of their target; unneeded ones last.
 */
export function listSteps({ attempts, skipped, outcome }: RequestRecord): readonly TaleStep[] {
  const tried = foldAttempts(attempts);
  const asked = new Set(tried.map(stepKey));
  const left = skipped.filter((skip) => !asked.has(stepKey(skip))).map(toStep);
  const answer = outcome === 'answered' ? Math.max(0, tried.length - 1) : tried.length;
  const before = tried.slice(0, answer);
  const isBeside = ({ target }: TaleStep): boolean => target === before.at(-1)?.target;
  const passed = left
    .filter(({ isNeeded }) => isNeeded)
    .toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)));
  const unneeded = left.filter(({ isNeeded }) => !isNeeded);
  return [...before, ...passed, ...tried.slice(answer), ...unneeded];
}

/** Its provider refuses the request itself. */
export function isRequestFault({ failure }: Pick<TaleStep, 'failure'>): boolean {
  return failure !== undefined && rowOfClass(failure).isRequestFault === true;
}

function toStep(skip: SkipRecord): TaleStep {
  const { target, credential, until, speaker, cause } = skip;
  const failure = failureBehind(skip);
  const isNeeded = cause !== 'not-needed';
  return { target, credential, attempts: [], skip, failure, speaker, until, isNeeded };
}

function foldAttempts(attempts: readonly AttemptRecord[]): readonly TaleStep[] {
  const steps: TaleStep[] = [];
  for (const last of attempts) {
    const { target, credential, failure, heldBack } = last;
    const before = steps.at(-1);
    const isAgain =
      failure !== undefined && before?.last && nameMiss(before.last) === nameMiss(last);
    const same = isAgain ? before.attempts : [];
    steps.splice(steps.length - Math.min(1, same.length), 1, {
      target,
      credential,
      attempts: [...same, last],
      last,
      failure: failure?.class,
      speaker: failure?.speaker,
      until: heldBack?.until,
      isNeeded: true,
    });
  }
  return steps;
}

function nameMiss({ target, fingerprint, status, failure }: AttemptRecord): string {
  return JSON.stringify([target, fingerprint, status, failure]);
}

/** A target that needs no key is one candidate. */
function stepKey({ target, credential }: Pick<SkipRecord, 'target' | 'credential'>): string {
  return `${target} ${credential === 'none' ? '' : (credential ?? '')}`;
}
