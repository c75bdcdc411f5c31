/**
 * Decides the next step (step 5 of a request) from the failure, the budget and what is free. Pure:
 * equal inputs, equal decision.
 */

import { assertNever } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { rotate } from '../../failures/moves.ts';
import type { Move } from '../../failures/row.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure } from '../../model/failure.ts';
import { notJson } from '../classify/kept-failure.ts';
import { computeDelay, computeRecheckDelay } from './backoff.ts';

/** Everything a decision depends on besides the failure. */
export interface Situation {
  /** Repeats so far after this class on this target with this secret. */
  readonly repeats: number;
  /** The source was already reread for this secret. */
  readonly hasReread: boolean;
  /** The change that may make this target accept the request: `without temperature`. */
  readonly amendment: string | undefined;
  readonly hasOtherCredential: boolean;
  /** Another key of this target was refused by the same status, in words that no rule knows. */
  readonly isOtherRefused: boolean;
  readonly hasOtherTarget: boolean;
  /** Another target is left whose context window is not known to be as small as this one's. */
  readonly hasLargerWindow: boolean;
  readonly hasOtherProvider: boolean;
  /** Another provider was already tried after a refusal. */
  readonly hasRefusedElsewhere: boolean;
  /** This attempt was the probe of a window that had ended. */
  readonly isProbe: boolean;
  /** This secret has worked here within the last minutes. */
  readonly hasWorkedLately: boolean;
  readonly attemptsLeft: number;
  /** Limits failed attempts and pauses before repeats. */
  readonly repeatsLeftMs: number;
  /** False for a test of one key, which asks about the present. */
  readonly mayWait: boolean;
  /** After this time nothing new begins for this request, or for its task. */
  readonly leftMs: number;
  /** The process-wide limit of same-target retries has room (docs/retries.md). */
  readonly retriesAllowed: boolean;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/**
 * Returns the moves after this failure. A connection that timed out has cost as much time as a
 * silence, so it is not repeated at once.
 */
export function movesFor(failure: Failure): readonly Move[] {
  const { class: failureClass, timedOut } = failure;
  const { moves } = rowOfClass(timedOut === true ? 'timeout' : failureClass);
  const isWithin = moves.some(({ move }) => move === 'rotate');
  return mayBeOfKey(failure) && !isWithin ? [rotate, ...moves] : moves;
}

/**
 * Refused in words that no rule knows: the settings of the key may be the cause, and another one is
 * asked before the next target, once.
 */
export function mayBeOfKey({ speaker }: Failure): boolean {
  const { is, byStatus } = speaker ?? {};
  return (is === 'unclear' || is === 'nobody') && (byStatus === 401 || byStatus === 403);
}

/** True when the class has this move at all. */
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

/** Moves that need only an available candidate. */
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
    ({ hasOtherCredential, isOtherRefused, hasOtherTarget }) =>
      hasOtherCredential && !(isOtherRefused && hasOtherTarget),
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
  'next-target-with-larger-window': [
    ({ hasLargerWindow }) => hasLargerWindow,
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
 * False for an answer that would be the same after a wait: damaged, or another kind of JSON. A page
 * means that the server is away.
 */
function mayComeBack({ class: cause, evidence }: Failure): boolean {
  return cause !== 'malformed' || evidence.rule === notJson;
}

/** Allowed although the provider forbids retries: the changed request is another one. */
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
  // A probe is one request: its result is known, and the waiting ones get it. But a key that is
  // refused then is asked again like every other key.
  const isOnce = situation.isProbe && move.move !== 'recheck';
  if (situation.repeats >= of || failure.mayRetry === false || isOnce) return undefined;
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
 * Providers have bursts of 401: if there is only one key and it worked a moment ago, it is
 * rechecked for longer (law 6).
 */
function timesOf(move: RepeatMove, situation: Situation): number {
  if (move.move !== 'recheck') return move.times;
  const isOnly = !situation.hasOtherCredential && !situation.hasOtherTarget;
  return isOnly && situation.hasWorkedLately ? move.lastTimes : move.times;
}

/**
 * A long hint is not waited for by one request alone: another target is asked, or all wait together
 * for the end of its mark (law 11).
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
