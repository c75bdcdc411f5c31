/**
 * Converts a record to the steps of its story: attempts in order, with repeats folded, and each
 * skipped candidate once. Pure.
 */

import { failureBehind } from '../../access/report/exhaustion.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../../model/record.ts';

/** Folds consecutive attempts on one candidate that failed alike. */
export interface TriedStep {
  readonly kind: 'tried';
  readonly target: string;
  readonly credential: string;
  readonly attempts: readonly AttemptRecord[];
  /** The last of them. */
  readonly last: AttemptRecord;
}

export interface SkippedStep extends SkipRecord {
  readonly kind: 'skipped';
}

export type TaleStep = TriedStep | SkippedStep;

/**
 * Returns the steps in reading order: skipped candidates before the one that answered, beside the
 * other keys of their target; unneeded ones last.
 */
export function listSteps({ attempts, skipped, outcome }: RequestRecord): readonly TaleStep[] {
  const tried = foldAttempts(attempts);
  const asked = new Set(tried.map(stepKey));
  const left = skipped
    .filter((skip) => !asked.has(stepKey(skip)))
    .map((skip): SkippedStep => ({ kind: 'skipped', ...skip }));
  const answer = outcome === 'answered' ? Math.max(0, tried.length - 1) : tried.length;
  const before = tried.slice(0, answer);
  const isBeside = ({ target }: SkippedStep): boolean => target === before.at(-1)?.target;
  const passed = left
    .filter(isNeeded)
    .toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)));
  return [...before, ...passed, ...tried.slice(answer), ...left.filter((step) => !isNeeded(step))];
}

/** The step had a part in the outcome of the request. */
export function isNeeded(step: TaleStep): boolean {
  return step.kind === 'tried' || step.cause !== 'not-needed';
}

/**
 * Returns the step's failure class; undefined for an answer, and for a skip with another reason.
 */
export function classOf(step: TaleStep): FailureClass | undefined {
  return step.kind === 'tried' ? step.last.failure?.class : failureBehind(step);
}

/** Returns who sent the error, if it was not the target. */
export function speakerOf(step: TaleStep): AnswerSpeaker | undefined {
  return step.kind === 'tried' ? step.last.failure?.speaker : step.speaker;
}

/** Returns the text of the budget that is used up; undefined if no budget blocked an attempt. */
export function findWaitedFor(steps: readonly TaleStep[]): string | undefined {
  const short = steps.find((step) => step.kind === 'skipped' && step.cause === 'budget');
  return short?.kind === 'skipped' ? (short.summary ?? short.reason) : undefined;
}

export function hasAnswered({ failure }: AttemptRecord): boolean {
  return failure === undefined;
}

function foldAttempts(attempts: readonly AttemptRecord[]): readonly TriedStep[] {
  const steps: TriedStep[] = [];
  for (const attempt of attempts) {
    const before = steps.at(-1);
    if (before !== undefined && isSameKey(before.last, attempt))
      steps.splice(-1, 1, { ...before, attempts: [...before.attempts, attempt], last: attempt });
    else {
      const { target, credential } = attempt;
      steps.push({ kind: 'tried', target, credential, attempts: [attempt], last: attempt });
    }
  }
  return steps;
}

function isSameKey(one: AttemptRecord, other: AttemptRecord): boolean {
  if (one.failure === undefined || other.failure === undefined) return false;
  const facts = ({ target, fingerprint, status, failure }: AttemptRecord): string =>
    JSON.stringify([target, fingerprint, status, failure]);
  return facts(one) === facts(other);
}

/** A target that needs no key is one candidate. */
function stepKey({ target, credential }: Pick<SkipRecord, 'target' | 'credential'>): string {
  return `${target} ${credential === 'none' ? '' : (credential ?? '')}`;
}
