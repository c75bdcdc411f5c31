/**
 * Step 5 of a request: failure + budget + what is free → what happens next. Pure: equal inputs,
 * equal decision.
 */

import { assertNever } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Move } from '../../failures/row.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure } from '../../model/failure.ts';
import { notJson } from '../classify/kept-failure.ts';
import { computeDelay, computeRecheckDelay } from './backoff.ts';

/** What the decision may rest on besides the failure. */
export interface Situation {
  /** Repetitions already made of this class on this target with this secret. */
  readonly repeats: number;
  /** The source was read again for this secret already. */
  readonly hasReread: boolean;
  /**
   * What the request can be changed by so that this target may accept it: `without temperature`.
   */
  readonly amendment: string | undefined;
  readonly hasOtherCredential: boolean;
  readonly hasOtherTarget: boolean;
  /** Another target whose context window is not known to be no larger than this one's. */
  readonly hasRoomElsewhere: boolean;
  readonly hasOtherProvider: boolean;
  /** The move to another provider after a refusal was made already. */
  readonly hasRefusedElsewhere: boolean;
  /** This attempt was the probe of a window that had ended. */
  readonly isProbe: boolean;
  /** This secret has worked here within the last minutes. */
  readonly hasWorkedLately: boolean;
  readonly attemptsLeft: number;
  /** For failed attempts and pauses before repeats. */
  readonly repeatsLeftMs: number;
  /** False for a trial of one key: it wants to know how things are now. */
  readonly mayWait: boolean;
  /** Until nothing new is begun for this request, or for its task. */
  readonly leftMs: number;
  /** The process-wide ratio of same-target retries has room (docs/retries.md). */
  readonly retriesAllowed: boolean;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/**
 * What may be done about this failure. A connection that timed out has cost as much time as any
 * silence, so it is not repeated at once.
 */
export function movesFor({ class: failureClass, timedOut }: Failure): readonly Move[] {
  return rowOfClass(timedOut === true ? 'timeout' : failureClass).moves;
}

/** Whether its class may be answered by this move at all. */
export function hasMove(failure: Failure, name: Move['move']): boolean {
  return movesFor(failure).some(({ move }) => move === name);
}

export function decide(failure: Failure, situation: Situation): Decision {
  if (situation.attemptsLeft <= 0) return stop('its 12 attempts are used up');
  if (situation.leftMs <= 0) return stop('its time is used up');
  for (const move of movesFor(failure)) {
    const decision = tryMove(move, failure, situation);
    if (decision !== undefined) return decision;
  }
  return stop(reasonToStop(failure));
}

function tryMove(move: Move, failure: Failure, situation: Situation): Decision | undefined {
  if ('times' in move) return tryRepeat(move, failure, situation);
  if (move.move === 'amend') return tryAmended(failure, situation);
  const [isOpen, kind, reason] = rows[move.move];
  return isOpen(situation, failure) ? { kind, reason } : undefined;
}

type PlainMove = Exclude<Move, RepeatMove | { readonly move: 'amend' }>['move'];

/** Moves that need no more than a way to go. */
const rows: Readonly<
  Record<
    PlainMove,
    readonly [
      isOpen: (situation: Situation, failure: Failure) => boolean,
      kind: Exclude<Decision['kind'], 'retry'>,
      reason: string,
    ]
  >
> = {
  reread: [({ hasReread }) => !hasReread, 'reread', 'read the source of the key again'],
  rotate: [
    ({ hasOtherCredential }) => hasOtherCredential,
    'rotate',
    'another key of this provider is free',
  ],
  wait: [
    ({ mayWait }, failure) => mayWait && failure.mayRetry !== false && mayComeBack(failure),
    'wait',
    'nothing else is free; wait until its mark ends',
  ],
  'next-target': [
    ({ hasOtherTarget }) => hasOtherTarget,
    'next-target',
    'the next target of the route is free',
  ],
  'next-target-with-room': [
    ({ hasRoomElsewhere }) => hasRoomElsewhere,
    'next-target',
    'a target whose context window may be larger is free',
  ],
  'other-provider-once': [
    ({ hasOtherProvider, hasRefusedElsewhere }) => hasOtherProvider && !hasRefusedElsewhere,
    'next-target',
    'another provider may accept the request',
  ],
};

/**
 * An answer that is damaged, or is another kind of JSON, would be the same after a wait; a page
 * tells of a server that is away.
 */
function mayComeBack({ class: cause, evidence }: Failure): boolean {
  return cause !== 'malformed' || evidence.rule === notJson;
}

/**
 * Another request than the one that was refused, so a refusal to see that one again does not forbid
 * it.
 */
function tryAmended(
  { retryAfterMs: delayMs = 0 }: Failure,
  situation: Situation,
): Decision | undefined {
  if (situation.amendment === undefined || delayMs > situation.repeatsLeftMs) return undefined;
  return { kind: 'retry', delayMs, reason: `once more ${situation.amendment}`, isAmended: true };
}

type RepeatMove = Extract<Move, { readonly times: number }>;

function tryRepeat(move: RepeatMove, failure: Failure, situation: Situation): Decision | undefined {
  const of = timesOf(move, situation);
  // A probe is one request: whether it is over is known, and the others are told.
  if (situation.repeats >= of || failure.mayRetry === false || situation.isProbe) return undefined;
  if (!isRepeatAllowed(move, failure, situation)) return undefined;
  const delayMs = delayOf(move, failure, situation);
  if (delayMs > situation.repeatsLeftMs) return undefined;
  const number = situation.repeats + 1;
  return {
    kind: 'retry',
    delayMs,
    reason: `${reasonOf(move)} ${number}/${of}`,
    times: { number, of },
  };
}

function isRepeatAllowed(move: RepeatMove, failure: Failure, situation: Situation): boolean {
  switch (move.move) {
    case 'recheck':
      return true;
    case 'wait-short':
      return failure.retryAfterMs !== undefined && failure.retryAfterMs <= move.atMostMs;
    case 'retry-last':
      return !situation.hasOtherTarget && situation.retriesAllowed;
    case 'retry':
      return situation.retriesAllowed && !isLongWait(failure);
    default:
      return assertNever(move);
  }
}

/**
 * Providers have storms of 401: an only key that worked a moment ago is believed in for longer (law
 * 6).
 */
function timesOf(move: RepeatMove, situation: Situation): number {
  if (move.move !== 'recheck') return move.times;
  const isOnly = !situation.hasOtherCredential && !situation.hasOtherTarget;
  return isOnly && situation.hasWorkedLately ? move.lastTimes : move.times;
}

/**
 * A long hint is not sat out by each alone: another target is asked, or all wait together for the
 * end of its mark (law 11).
 */
function isLongWait({ retryAfterMs = 0 }: Failure): boolean {
  return retryAfterMs > 5000;
}

function delayOf(move: RepeatMove, failure: Failure, situation: Situation): number {
  return move.move === 'recheck'
    ? computeRecheckDelay(situation.repeats, situation.random)
    : computeDelay(situation.repeats, situation.random, failure.retryAfterMs);
}

function reasonOf(move: RepeatMove): string {
  if (move.move === 'recheck') return 'a key that has worked is asked again, retry';
  return move.move === 'wait-short' ? 'wait as asked, retry' : 'retry';
}

function stop(reason: string): Decision {
  return { kind: 'stop', reason };
}

function reasonToStop(failure: Failure): string {
  return movesFor(failure).length === 0
    ? `${failure.class} is not helped by another attempt`
    : 'no other target or key is available';
}
