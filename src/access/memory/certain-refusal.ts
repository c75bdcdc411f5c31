/**
 * Judges whether a key would certainly refuse a request, by what its provider said last of its
 * limits (step 2 of a request). Such a key is asked after the other keys of its target, and no
 * later: it is never held back, so a wrong verdict costs a turn and nobody's answer. Pure.
 */

import type { LimitReading } from '../../model/credential.ts';

/** Less than this share of a limit is told to the other processes of a home. */
const lowShare = 0.1;

/**
 * A reading is believed no longer. Where it was right, the refusal that follows leaves a mark with
 * the provider's own end; where it was wrong, the key is asked again.
 */
export const believedMs = 15 * 60_000;

/** A reading from further ahead is of another clock. */
const aheadMs = 5000;

/** What a request takes of a limit, at the least. */
export interface Need {
  readonly bytes: number;
  /** Tokens of its input; 0 where that is not certain. A token has at least one byte. */
  tokens(): number;
}

/** Of a request whose input is not known. */
export const noInput: Need = { bytes: 0, tokens: () => 0 };

/** Why it would certainly be refused, and until when, epoch ms. */
export interface CertainRefusal extends Pick<LimitReading, 'of' | 'asOf'> {
  readonly left: number;
  readonly need: number;
  readonly until: number;
}

export function isLow({ share }: Pick<LimitReading, 'share'>): boolean {
  return share !== undefined && share < lowShare;
}

const ofInput = /^(?:project |input )?tokens$/;

/** Returns until when it may refuse somebody, epoch ms; 0: never. */
export function mayRefuseUntil({ of, left, asOf, until, sparesCache }: LimitReading): number {
  if (left === undefined) return 0;
  const isEmpty = of === 'requests' && left < 1;
  const isShort = ofInput.test(of) && sparesCache !== true;
  return isEmpty || isShort ? Math.min(until, asOf + believedMs) : 0;
}

/**
 * Certainly: the provider said numbers, the window is not over, what has refilled since is counted
 * as left, and that is less than one request, or than the least that its input can be. The used
 * share of a plan is no such number, since many plans may be exceeded; nor is what is left for
 * answers, since nobody knows their length.
 */
export function findRefusal(
  reading: LimitReading,
  need: Need,
  now: number,
): CertainRefusal | undefined {
  const { of, asOf, until, left } = reading;
  if (left === undefined || now >= mayRefuseUntil(reading) || asOf - now > aheadMs)
    return undefined;
  const perMs = paceOf(reading);
  const room = left + perMs * Math.max(0, now - asOf);
  if (of !== 'requests' && need.bytes <= room) return undefined;
  const least = of === 'requests' ? 1 : need.tokens();
  if (room >= least) return undefined;
  const roomAt = perMs > 0 ? Math.ceil(asOf + (least - left) / perMs) : until;
  return { of, asOf, left, need: least, until: Math.min(roomAt, until, asOf + believedMs) };
}

/**
 * A limit that refills is full at its reset, so it gains the same in every moment until then; 0
 * where that is not known.
 */
function paceOf({ refills, renewsAt, asOf, left = 0, limit = 0 }: LimitReading): number {
  const isKnown = refills === true && renewsAt !== undefined && renewsAt > asOf;
  return isKnown ? Math.max(0, limit - left) / (renewsAt - asOf) : 0;
}
