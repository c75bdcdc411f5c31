/**
 * Reports lasting problems: a task whose first target fails, after one minute, then once an hour,
 * and at the end; and a side task that fails three times in a row with the same cause (law 18).
 */

import { failureBehind } from '../access/report/ended.ts';
import { describeSpan } from '../explain/why/wording.ts';
import { shellLine } from '../host/shell-line.ts';
import type { RequestRecord } from '../model/record.ts';
import type { LogEntry } from './entry.ts';
import { firstTrouble } from './request-entries.ts';

/** A shorter problem is covered by the line of its first request. */
const lastsMs = 60_000;
const againMs = 60 * 60_000;

/** This many failures in a row are no coincidence. */
const failuresInARow = 3;

interface Fallback {
  readonly instead: string;
  readonly since: number;
  by: string;
  cause: string | undefined;
  requests: number;
  loggedAt: number | undefined;
}

interface Failing {
  readonly cause: string | undefined;
  times: number;
}

export class Lasting {
  readonly #write: (entry: LogEntry) => void;
  readonly #fallbacks = new Map<string, Fallback>();
  readonly #failing = new Map<string, Failing>();
  /** True while something may last, so that plain successes are counted too. */
  isWatching = false;

  constructor(write: (entry: LogEntry) => void) {
    this.#write = write;
  }

  /** Call it with each rescued or failed request, and with every request while `isWatching`. */
  note(record: RequestRecord): void {
    const { task, outcome } = record;
    if (task === 'pinned' || record.operation !== 'generate') return;
    if (outcome === 'answered') this.#noteAnswer(record);
    if (outcome === 'failed' || outcome === 'broken') this.#noteFailure(record);
    this.isWatching = this.#fallbacks.size + this.#failing.size > 0;
  }

  #noteAnswer(record: RequestRecord): void {
    const { task, answeredBy } = record;
    this.#failing.delete(task);
    const before = this.#fallbacks.get(task);
    if (answeredBy === undefined) return;
    if (before?.instead === answeredBy) {
      this.#fallbacks.delete(task);
      this.#logEnd(record, before);
      return;
    }
    const instead = findInstead(record);
    if (before === undefined && instead === undefined) return;
    const at = endedAt(record);
    const fallback: Fallback = before ?? {
      instead: instead ?? '',
      since: at,
      by: answeredBy,
      cause: undefined,
      requests: 0,
      loggedAt: undefined,
    };
    fallback.by = answeredBy;
    fallback.cause = firstTrouble(record).cause ?? fallback.cause;
    fallback.requests += 1;
    this.#fallbacks.set(task, fallback);
    const isDue =
      fallback.loggedAt === undefined
        ? at - fallback.since >= lastsMs
        : at - fallback.loggedAt >= againMs;
    if (isDue) this.#logFallback(record, fallback);
  }

  #logFallback(record: RequestRecord, fallback: Fallback): void {
    fallback.loggedAt = endedAt(record);
    const { by, instead, since, requests, cause } = fallback;
    const lasted = describeSpan(fallback.loggedAt - since);
    const why = cause === undefined ? '' : ` (${cause})`;
    const text = `answered by ${by} instead of ${instead}${why} for ${lasted} now, ${requests} requests. See: ${shellLine`holdfast explain ${record.task}`}`;
    this.#log(record, { level: 'warning', event: 'fallback', text, target: instead, cause });
  }

  #logEnd(record: RequestRecord, { instead, by, since, requests, loggedAt }: Fallback): void {
    if (loggedAt === undefined) return;
    const lasted = describeSpan(endedAt(record) - since);
    const text = `answered by ${instead} again; for ${lasted} ${by} answered in its place, ${requests} requests`;
    this.#log(record, { level: 'info', event: 'fallback', text, target: instead });
  }

  #noteFailure(record: RequestRecord): void {
    const { task } = record;
    if (task === 'main') return;
    const { cause, target } = firstTrouble(record);
    const before = this.#failing.get(task);
    const failing = before !== undefined && before.cause === cause ? before : { cause, times: 0 };
    failing.times += 1;
    this.#failing.set(task, failing);
    if (failing.times !== failuresInARow) return;
    const text = `${task} has failed ${failing.times} times in a row, each time for the same reason: ${cause ?? 'no target could be asked'}. See: ${shellLine`holdfast explain ${task}`}`;
    this.#log(record, { level: 'error', event: 'task-failing', text, target, cause });
  }

  #log(
    record: RequestRecord,
    { target, cause, ...entry }: Pick<LogEntry, 'level' | 'event' | 'text' | 'target' | 'cause'>,
  ): void {
    const { id: request, task } = record;
    this.#write({ at: endedAt(record), request, task, target, cause, ...entry });
  }
}

/** Returns the first other target that could not answer. */
function findInstead({ attempts, skipped, answeredBy }: RequestRecord): string | undefined {
  const failed = attempts.filter(({ failure }) => failure !== undefined);
  const held = skipped.filter((skip) => failureBehind(skip) !== undefined);
  return [...failed, ...held].find(({ target }) => target !== answeredBy)?.target;
}

function endedAt({ at, durationMs }: RequestRecord): number {
  return Math.round(at + durationMs);
}
