/** The time an auxiliary task has: each attempt (step 3 of a request) for its whole answer, and all of it together. It cuts what is under way. */

import type { ResolvedTask } from '../../config/resolved.ts';
import type { Clock, Timer } from '../../host.ts';
import { defaults } from '../../model/defaults.ts';
import type { Failure } from '../../model/failure.ts';
import { createFailure } from '../classify/classify.ts';

/** No task as a whole lasts longer, whatever its `timeout` and its number of targets. */
const longestTaskMs = defaults.longestTask * 1000;
/** An attempt that had all of its time but this is the target's fault, not the task's; and with less left none is begun. */
const slackMs = 1000;

export interface TaskTime {
  /** One attempt's whole answer, streamed or not. */
  readonly attemptMs: number;
  /** The task as a whole, waits and fallback included: `timeout` for each target. */
  readonly wholeMs: number;
  /** Monotonic ms at which all of it is over. */
  readonly endsAt: number;
}

/** `now` is monotonic ms. */
export function planTaskTime({ timeoutMs }: ResolvedTask, targets: number, now: number): TaskTime {
  const wholeMs = Math.min(timeoutMs * Math.max(1, targets), longestTaskMs);
  return { attemptMs: timeoutMs, wholeMs, endsAt: now + wholeMs };
}

/** How long it is worth to wait for a slot. */
export function queueTimeMs({ wholeMs }: TaskTime): number {
  return Math.max(0, wholeMs - slackMs);
}

/** Calls back once when the attempt that starts now has used up its own time or what the task had left. */
export function watchTaskTime(clock: Clock, time: TaskTime, onOver: (failure: Failure) => void): Timer {
  const leftMs = Math.max(0, time.endsAt - clock.monotonic());
  return clock.startTimer(Math.min(time.attemptMs, leftMs), () =>
    onOver(leftMs + slackMs < time.attemptMs ? taskOver(time) : attemptOver(time)),
  );
}

/** Nobody is to blame: the time before was used up by others. */
export function taskOver({ wholeMs }: TaskTime): Failure {
  return createFailure('own-deadline', 'limit-task-time', `the task's ${wholeMs / 1000} s are used up`);
}

function attemptOver({ attemptMs }: TaskTime): Failure {
  return createFailure(
    'timeout',
    'limit-whole-answer',
    `no whole answer within the task's timeout of ${attemptMs / 1000} s`,
  );
}
