/** What the readers of a translated answer have in common: the attempt as the client's reader sees it. */

import type { Failure } from '../../model/failure.ts';
import type { Usage } from '../../model/record.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import { createFailure } from '../classify/classify.ts';
import type { OngoingAttempt, Outcome } from '../reply/outcome.ts';

/** What the target's side adds to the client's. */
export interface TargetSide {
  readonly usage: () => Usage | undefined;
  readonly notes: () => readonly string[];
}

/** The attempt for a reader of the client's protocol: its outcome bears the tokens and notes of the target's side. */
export function asTranslated(attempt: OngoingAttempt, side: TargetSide): OngoingAttempt {
  const { plan, pace, limits, deadline, startedAt } = attempt;
  return {
    plan,
    pace,
    limits,
    deadline,
    startedAt,
    classify: (answer) => attempt.classify(answer),
    pause: () => attempt.pause(),
    resume: () => attempt.resume(),
    settle: (outcome) => attempt.settle(complete(outcome, side)),
  };
}

/** The attempt for a reader of the target's own protocol. */
export function asSpoken(attempt: OngoingAttempt, protocol: Protocol): OngoingAttempt {
  return {
    ...asTranslated(attempt, { usage: () => undefined, notes: () => [] }),
    plan: { ...attempt.plan, protocol },
  };
}

function complete(outcome: Outcome, { usage, notes }: TargetSide): Outcome {
  if (outcome.kind === 'failed') return { ...outcome, usage: usage() };
  if (outcome.kind !== 'answered' && outcome.kind !== 'broken') return outcome;
  return { ...outcome, usage: usage(), notes: [...notes(), ...outcome.notes] };
}

/** An answer of which a word would be lost is none. */
export function createUntranslatable({ plan }: OngoingAttempt, error: unknown): Failure {
  const message = `the answer could not be read as ${plan.target.protocol}: ${describeFault(error)}`;
  return createFailure('malformed', 'untranslatable', message);
}

/** Why something could not be translated, for people. */
export function describeFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
