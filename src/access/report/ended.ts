/** What a finished record says at a look, for whoever tells of it: also in a browser. Pure. */

import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { RequestRecord, SkipRecord } from '../../model/record.ts';

/**
 * Returns the failure that holds a candidate back; undefined if it was skipped for another reason.
 */
export function failureBehind({
  cause,
  heldFor,
}: Pick<SkipRecord, 'cause' | 'heldFor'>): FailureClass | undefined {
  switch (cause) {
    case 'held-back':
      return heldFor;
    case 'bound-to-account':
    case 'budget':
    case 'protocol':
    case 'not-needed':
      return undefined;
    default:
      return cause;
  }
}

/** True if an answer without a text was passed on, since nobody gave a better one. */
export function isEmptyAnswer({ outcome, answeredBy, attempts }: RequestRecord): boolean {
  const last = attempts.findLast(({ target }) => target === answeredBy);
  const cause = last?.failure?.class;
  return outcome === 'answered' && (cause === 'empty' || cause === 'content-policy');
}

/** What helps against an answer without a text; undefined: only to ask again, or somebody else. */
export function fixEmpty(record: RequestRecord | undefined): string | undefined {
  const isCut = record?.attempts.at(-1)?.failure?.message.includes('output limit') === true;
  return record && isCut && isEmptyAnswer(record)
    ? 'raise its output limit, which thinking counts to as well'
    : undefined;
}

/** True if nobody else would do better with the request: the engine asks nobody else either. */
export function isForAll({ failure }: { readonly failure?: FailureClass | undefined }): boolean {
  return failure !== undefined && rowOfClass(failure).moves.length === 0;
}

/**
 * Returns what the request tells of one target, as if it had been asked alone; undefined if it was
 * not asked.
 */
export function recordOfTarget(record: RequestRecord, target: string): RequestRecord | undefined {
  const attempts = record.attempts.filter((one) => one.target === target);
  if (attempts.length === 0) return undefined;
  const isMissed = attempts.every(({ failure }) => failure !== undefined);
  if (record.answeredBy === target || !isMissed) return { ...record, attempts };
  const isAlone = record.attempts.every((one) => one.target === target || !one.failure);
  return {
    ...record,
    attempts,
    skipped: record.skipped.filter((one) => one.target === target),
    outcome: 'failed',
    answeredBy: undefined,
    cause: undefined,
    fixes: isAlone ? record.fixes : undefined,
  };
}
