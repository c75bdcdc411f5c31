/**
 * How a key stands, in one word for `auth list`, `explain`, `doctor`, `why`, errors, the snapshot
 * and the service's check. Pure.
 */

import type { FailureClass, Mark } from '../../model/failure.ts';
import { isWaitedFor } from './mark-policy.ts';
import { endOfMark } from './marks.ts';

/**
 * `works`: it has worked, and no mark is open. `untried`: it was never used. `due`: its window is
 * over, and the next request tests it. `rests`: held back for capacity or reachability, which
 * return by themselves. `out`: held back for the key, its money or the model. `missing`: there is
 * no usable secret. `barred`: it is not allowed for this target. `brought`: each caller brings its
 * own.
 */
export type KeyState = (typeof keyStates)[number];

/** Of several keys, the one in the earlier state is the better one. */
export const keyStates = [
  'works',
  'untried',
  'due',
  'brought',
  'rests',
  'out',
  'missing',
  'barred',
] as const;

/**
 * Judges a key whose secret was found. `marks`: all that cover the question, be it one target or
 * the whole key.
 */
export function judgeKeyState(
  marks: readonly Mark[],
  { isProven, now }: { readonly isProven: boolean; readonly now: number },
): KeyState {
  if (marks.length === 0) return isProven ? 'works' : 'untried';
  const open = marks.filter((mark) => endOfMark(mark, now) > now);
  if (open.length === 0) return 'due';
  return open.every(({ cause }) => stateFor(cause) === 'rests') ? 'rests' : 'out';
}

/** Returns the state of a key held back for this cause alone. */
export function stateFor(cause: FailureClass): 'rests' | 'out' {
  return isWaitedFor(cause) ? 'rests' : 'out';
}

/** True when an open mark holds the key back. */
export function isHeldBack(state: KeyState): boolean {
  return state === 'rests' || state === 'out';
}
