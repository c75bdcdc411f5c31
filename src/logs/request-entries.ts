/** Decides which requests get a line: each one that was rescued or failed, and no plain success. */

import { failureBehind } from '../access/report/ended.ts';
import { judgeRequest, listSteps } from '../explain/why/verdict.ts';
import type { RequestRecord } from '../model/record.ts';
import { recordKindOf } from '../store/policy.ts';
import type { LogEntry } from './entry.ts';

/** The fields of a line without its sentence, which is expensive and unused for repeats. */
export type RequestFacts = Omit<LogEntry, 'text'>;

/** Returns undefined for a request without a line. */
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

/** Returns the first target that failed, and why. */
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

/** Returns the first sentence of `holdfast why`. */
export function sentenceOf(record: RequestRecord): string {
  return judgeRequest(record, listSteps(record));
}
