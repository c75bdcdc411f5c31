/**
 * Which requests have a line, and what it says: one for each that was rescued or failed, none for a
 * plain success.
 */

import { failureBehind } from '../access/report/exhaustion.ts';
import { listSteps } from '../explain/why/steps.ts';
import { judgeRequest } from '../explain/why/verdict.ts';
import type { RequestRecord } from '../model/record.ts';
import { recordKindOf } from '../store/policy.ts';
import type { LogEntry } from './entry.ts';

/**
 * What a line says of a request, but for its sentence: that takes longer, and of repeats nobody
 * reads it.
 */
export type RequestFacts = Omit<LogEntry, 'text'>;

/** Undefined for a request that needs no line. */
export function factsOf(record: RequestRecord): RequestFacts | undefined {
  const { id, task, caller } = record;
  const kind = recordKindOf(record);
  if (kind !== 'failed' && kind !== 'rescued') return undefined;
  return {
    at: Math.round(record.at + record.durationMs),
    level: kind === 'failed' ? 'error' : 'info',
    event: kind,
    request: id,
    task,
    caller,
    ...firstTrouble(record),
  };
}

/** Who kept it from a plain success, and why. */
export function firstTrouble({
  attempts,
  skipped,
  cause,
}: RequestRecord): Pick<LogEntry, 'target' | 'cause'> {
  const miss = attempts.find(({ failure }) => failure !== undefined);
  if (miss?.failure !== undefined) return { target: miss.target, cause: miss.failure.class };
  const skip = skipped.find((one) => failureBehind(one) !== undefined);
  return { target: skip?.target, cause: cause ?? (skip && failureBehind(skip)) };
}

/** The sentence that `holdfast why` begins with. */
export function sentenceOf(record: RequestRecord): string {
  return judgeRequest(record, listSteps(record));
}
