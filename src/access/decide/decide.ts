/** Step 5 of a request: failure + budget + what is free → what happens next. Pure: equal inputs, equal decision. */

import { assertNever } from '../../errors.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure } from '../../model/failure.ts';
import { computeDelay, computeRecheckDelay } from './backoff.ts';
import { decisionTable, type Move } from './decision-table.ts';

/** What the decision may rest on besides the failure. */
export interface Situation {
  /** Repetitions already made of this class on this target with this secret. */
  readonly repeats: number;
  /** The source was read again for this secret already. */
  readonly hasRecovered: boolean;
  /** What the request can be changed by so that this target may accept it: `without temperature`. */
  readonly amendment: string | undefined;
  readonly hasOtherCredential: boolean;
  readonly hasOtherTarget: boolean;
  /** Another target whose window is not known to be no larger than this one's. */
  readonly hasRoomElsewhere: boolean;
  readonly hasOtherProvider: boolean;
  /** The move to another provider after a refusal was made already. */
  readonly hasRefusedElsewhere: boolean;
  /** This attempt was the probe of a window that had ended. */
  readonly isProbe: boolean;
  readonly attemptsLeft: number;
  readonly budgetLeftMs: number;
  /** The process-wide ratio of same-target retries has room (docs/retries.md). */
  readonly retriesAllowed: boolean;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export function decide(failure: Failure, situation: Situation): Decision {
  if (situation.attemptsLeft <= 0) return stop('its 12 attempts are used up');
  if (situation.budgetLeftMs <= 0) return stop('its time for failed attempts and waits is used up');
  for (const move of decisionTable[failure.class]) {
    const decision = tryMove(move, failure, situation);
    if (decision !== undefined) return decision;
  }
  return stop(reasonToStop(failure));
}

function tryMove(move: Move, failure: Failure, situation: Situation): Decision | undefined {
  switch (move.move) {
    case 'recover':
      return situation.hasRecovered
        ? undefined
        : { kind: 'recover', reason: 'read the source of the key again' };
    case 'recheck':
    case 'retry':
    case 'wait-short':
    case 'wait-last':
    case 'retry-last':
      return tryRepeat(move, failure, situation);
    case 'amend':
      return tryAmended(failure, situation);
    case 'rotate':
      return situation.hasOtherCredential
        ? { kind: 'rotate', reason: 'another key of this provider is free' }
        : undefined;
    case 'next-target':
      return next(situation.hasOtherTarget, 'the next target of the route is free');
    case 'next-target-with-room':
      return next(situation.hasRoomElsewhere, 'a target whose context window may be larger is free');
    case 'other-provider-once':
      return next(
        situation.hasOtherProvider && !situation.hasRefusedElsewhere,
        'another provider may accept the request',
      );
    default:
      return assertNever(move);
  }
}

/** Another request than the one that was refused, so a refusal to see that one again does not forbid it. */
function tryAmended({ retryAfterMs: delayMs = 0 }: Failure, situation: Situation): Decision | undefined {
  if (situation.amendment === undefined || delayMs > situation.budgetLeftMs) return undefined;
  return { kind: 'retry', delayMs, reason: `once more ${situation.amendment}`, isAmended: true };
}

type RepeatMove = Extract<Move, { readonly times: number }>;

function tryRepeat(move: RepeatMove, failure: Failure, situation: Situation): Decision | undefined {
  if (situation.repeats >= move.times || failure.mayRetry === false || isProbeOver(situation))
    return undefined;
  if (!isRepeatAllowed(move, failure, situation)) return undefined;
  const delayMs = delayOf(move, failure, situation);
  if (delayMs > situation.budgetLeftMs) return undefined;
  return { kind: 'retry', delayMs, reason: `${reasonOf(move)} ${situation.repeats + 1}/${move.times}` };
}

function isRepeatAllowed(move: RepeatMove, failure: Failure, situation: Situation): boolean {
  switch (move.move) {
    case 'recheck':
      return true;
    case 'wait-short':
      return failure.retryAfterMs !== undefined && failure.retryAfterMs <= move.atMostMs;
    case 'wait-last':
      return !situation.hasOtherTarget;
    case 'retry-last':
      return !situation.hasOtherTarget && situation.retriesAllowed;
    case 'retry':
      return situation.retriesAllowed && !isLongWait(failure, situation);
    default:
      return assertNever(move);
  }
}

/** One request decides a probe: what comes out of its window and fails at once is left again while anything else is free. */
function isProbeOver({ isProbe, hasOtherTarget, hasOtherCredential }: Situation): boolean {
  return isProbe && (hasOtherTarget || hasOtherCredential);
}

/** A long hint beside a free target: do not sit it out. */
function isLongWait(failure: Failure, situation: Situation): boolean {
  return situation.hasOtherTarget && (failure.retryAfterMs ?? 0) > 5000;
}

function delayOf(move: RepeatMove, failure: Failure, situation: Situation): number {
  return move.move === 'recheck'
    ? computeRecheckDelay(situation.repeats, situation.random)
    : computeDelay(situation.repeats, situation.random, failure.retryAfterMs);
}

function reasonOf(move: RepeatMove): string {
  if (move.move === 'recheck') return 'a key that has worked is asked again, retry';
  return move.move === 'wait-short' || move.move === 'wait-last' ? 'wait as asked, retry' : 'retry';
}

function next(isFree: boolean, reason: string): Decision | undefined {
  return isFree ? { kind: 'next-target', reason } : undefined;
}

function stop(reason: string): Decision {
  return { kind: 'stop', reason };
}

function reasonToStop(failure: Failure): string {
  return decisionTable[failure.class].length === 0
    ? `${failure.class} is not helped by another attempt`
    : 'no other target or key is available';
}
