/**
 * The time limits of an auxiliary task: each attempt (step 3 of a request) for its whole answer,
 * and all attempts together. They cut what is under way. The wait before the first attempt gets the
 * same time again.
 */

import type { ResolvedTask } from '../../config/resolved/resolved.ts';
import type { Clock, Timer } from '../../host.ts';
import { defaults, usualTimeout } from '../../model/defaults.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';

/** No task as a whole lasts longer, whatever its `timeout` and its number of targets. */
const maxTaskMs = defaults.longestTask * 1000;
/**
 * With less time left no attempt begins; an attempt that had all of its time but this blames the
 * target, not the task.
 */
const slackMs = 1000;

export interface TaskTime {
  /** For one attempt's whole answer, streamed or not. */
  readonly attemptMs: number;
  /**
   * Limits the task as a whole from its first attempt on, fallback included: `timeout` for each
   * target.
   */
  readonly wholeMs: number;
  /**
   * The end of the wait for the first attempt, monotonic ms; once that has begun, the end of the
   * task.
   */
  endsAt: number;
  /** The first attempt has begun. */
  hasBegun: boolean;
}

/** The usual timeout of such a task, or twice the current one if that is set already; seconds. */
export function longerTimeout(task: string, timeoutMs: number): number {
  const longer = Math.max(usualTimeout(task), Math.ceil((2 * timeoutMs) / 1000));
  return Math.min(defaults.longestTask, longer);
}

/** `now` is monotonic ms. */
export function planTaskTime({ timeoutMs }: ResolvedTask, targets: number, now: number): TaskTime {
  const wholeMs = Math.min(timeoutMs * Math.max(1, targets), maxTaskMs);
  return { attemptMs: timeoutMs, wholeMs, endsAt: now + wholeMs, hasBegun: false };
}

/** Returns how long the task may wait for its turn or its slot. */
export function queueTimeMs({ wholeMs }: TaskTime): number {
  return Math.max(0, wholeMs - slackMs);
}

/**
 * Calls back once when the attempt that starts now has used up its own time or the rest of the
 * task's. The first attempt starts the task's time.
 */
export function watchTaskTime(
  clock: Clock,
  time: TaskTime,
  onOver: (failure: CutFailure) => void,
): Timer {
  if (!time.hasBegun) time.endsAt = clock.monotonic() + time.wholeMs;
  time.hasBegun = true;
  const leftMs = Math.max(0, time.endsAt - clock.monotonic());
  return clock.startTimer(Math.min(time.attemptMs, leftMs), () =>
    onOver(leftMs + slackMs < time.attemptMs ? taskOver(time) : attemptOver(time)),
  );
}

/** The target was held back by a caller who read nothing of what had come. */
export function leftUnread({ attemptMs }: TaskTime): CutFailure {
  const seconds = attemptMs / 1000;
  return createFailure(
    'unread',
    'limit-task-time',
    `the caller had not read the answer when the task's ${seconds} s were over`,
  );
}

/** Blames nobody: others used up the time before. */
function taskOver({ wholeMs }: TaskTime): CutFailure {
  return createFailure(
    'own-deadline',
    'limit-task-time',
    `the task's ${wholeMs / 1000} s are used up`,
  );
}

/** The rule of an attempt without an answer within the timeout of its task. */
export const taskTimeoutRule = 'limit-whole-answer';

function attemptOver({ attemptMs }: TaskTime): CutFailure {
  return createFailure(
    'timeout',
    taskTimeoutRule,
    `no whole answer within the task's timeout of ${attemptMs / 1000} s`,
  );
}
