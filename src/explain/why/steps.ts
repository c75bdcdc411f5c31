/**
 * Converts a record to the steps of its story: attempts in order, with repeats folded, and each
 * skipped candidate once. Pure.
 */

import { failureBehind } from '../../access/report/exhaustion.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../../model/record.ts';

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

/** Its provider refuses the request itself, so that nobody else would do better. */
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
    const same = before?.last && isSameKey(before.last, last) ? [...before.attempts] : [];
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

function isSameKey(one: AttemptRecord, other: AttemptRecord): boolean {
  const facts = ({ target, fingerprint, status, failure }: AttemptRecord): string =>
    JSON.stringify([target, fingerprint, status, failure]);
  return one.failure !== undefined && facts(one) === facts(other);
}

/** A target that needs no key is one candidate. */
function stepKey({ target, credential }: Pick<SkipRecord, 'target' | 'credential'>): string {
  return `${target} ${credential === 'none' ? '' : (credential ?? '')}`;
}
