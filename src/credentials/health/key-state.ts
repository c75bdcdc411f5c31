/**
 * How a key stands, in one word: `auth list`, `explain`, `doctor`, `why`, errors, the snapshot and
 * the service's check all say it. Pure.
 */

import type { FailureClass, Mark } from '../../model/failure.ts';
import { isWaitedFor } from './mark-policy.ts';
import { endOfMark } from './marks.ts';

/**
 * `works`: it has, and nothing speaks against it. `untried`: it never has. `due`: what held it back
 * is over, and the next request finds out. `rests`: held back for capacity or reachability, which
 * come back. `out`: held back for a key, money or a model. `missing`: no usable secret. `barred`:
 * not for this target.
 */
export type KeyState = 'works' | 'untried' | 'due' | 'rests' | 'out' | 'missing' | 'barred';

/**
 * Of a key whose secret is at hand. `marks`: all that cover what is asked about, be it one target
 * or the whole key.
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

/** The word for what is held back for this cause alone. */
export function stateFor(cause: FailureClass): 'rests' | 'out' {
  return isWaitedFor(cause) ? 'rests' : 'out';
}

/** An open mark holds it back. */
export function isHeldBack(state: KeyState): boolean {
  return state === 'rests' || state === 'out';
}
