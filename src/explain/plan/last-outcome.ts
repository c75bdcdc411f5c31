/**
 * Judges how a task fares by its latest requests. `tasks`, `explain`, `doctor`, the snapshot and
 * the exit statuses all follow this verdict. Pure.
 */

import { isEmptyAnswer } from '../../access/report/exhaustion.ts';
import { checkCaller } from '../../diagnostics/check-caller.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { EndCause, RequestRecord } from '../../model/record.ts';
import type { TaskOutcome } from './plan.ts';

/** A failure says nothing about the next request after this time. */
export const outcomeLifeMs = 24 * 60 * 60_000;
/** This many different requests that are refused for their own sake are not all at fault. */
const maxFaultyRequests = 3;
/** With so many requests, the count of failures in a row is exact enough. */
export const historyLimit = 100;

/**
 * The latest requests of each task, newest first. A request that named a model belongs to that
 * model, since it has no task.
 */
export type TaskHistory = ReadonlyMap<string, readonly RequestRecord[]>;

/** Names the task of a request, or the model if it named one. */
export function subjectOf({ task, model }: Pick<RequestRecord, 'task' | 'model'>): string {
  return task === 'pinned' ? model : task;
}

/**
 * `findChange` returns what has changed since a request, as half a sentence; undefined if nothing
 * has.
 */
export function judgeOutcome(
  records: readonly RequestRecord[],
  now: number,
  findChange: (record: RequestRecord) => string | undefined,
): Omit<TaskOutcome, 'task'> {
  const telling = records.filter(isTelling);
  const answered = telling.findIndex(isAnswered);
  const missed = answered < 0 ? telling : telling.slice(0, answered);
  const requests = missed.filter(isFaultOfRequest);
  const different = new Set(requests.map(({ promptDigest, id }) => promptDigest ?? id));
  const failed =
    different.size < maxFaultyRequests
      ? missed.filter((record) => !isFaultOfRequest(record))
      : missed;
  const last = failed[0] ?? telling[answered];
  if (last === undefined) return { state: 'unknown', why: 'not requested yet', inARow: 0 };
  const facts = { last, inARow: failed.length, since: failed.at(-1)?.at };
  if (now - last.at > outcomeLifeMs)
    return { ...facts, state: 'unknown', why: 'that is more than a day ago' };
  if (failed.length === 0) return { ...facts, state: 'answered' };
  const why = findChange(last);
  return why === undefined ? { ...facts, state: 'failed' } : { ...facts, state: 'unknown', why };
}

/** Leaves out callers who left, our own probes and faults, and budgets, which the plan knows. */
export function isTelling(record: RequestRecord): boolean {
  const { outcome, caller, task, operation } = record;
  if (outcome === 'client-gone' || caller === checkCaller || operation === 'count-tokens')
    return false;
  if (task === 'main' && operation !== 'generate') return false;
  const cause = causeOf(record);
  return cause !== 'budget' && rowOf(cause)?.blame !== 'ourselves';
}

export function isAnswered(record: RequestRecord): boolean {
  return record.outcome === 'answered' && !isEmptyAnswer(record);
}

/** Returns why nobody answered: the reason of the first candidate. */
export function causeOf(record: RequestRecord): EndCause | undefined {
  if (isAnswered(record)) return undefined;
  const { cause, attempts } = record;
  return cause ?? attempts.findLast(({ failure }) => failure !== undefined)?.failure?.class;
}

function isFaultOfRequest(record: RequestRecord): boolean {
  if (isAnswered(record)) return false;
  const cause = causeOf(record);
  if (cause === 'bound-to-account' || cause === 'protocol') return true;
  const refusals = record.attempts.flatMap(({ failure }) => failure?.class ?? []);
  return (
    refusals.some((one) => rowOfClass(one).isRequestFault === true) ||
    (record.task === 'pinned' && rowOf(cause)?.blame === 'request')
  );
}

/** Returns the row of a failure; undefined if the cause is none. */
export function rowOf(cause: EndCause | undefined): ReturnType<typeof rowOfClass> | undefined {
  return cause === undefined ||
    cause === 'budget' ||
    cause === 'bound-to-account' ||
    cause === 'protocol'
    ? undefined
    : rowOfClass(cause);
}
