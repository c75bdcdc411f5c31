/**
 * The requests that a worker has begun and not ended, as its primary knows them. What a dead worker
 * leaves here was cut off, and is recorded as failed.
 */

import type { BegunRequest, RequestRecord } from '../model/record.ts';
import type { ToldRequest } from './messages.ts';

export class OpenRequests {
  readonly #open = new Map<string, BegunRequest>();

  get count(): number {
    return this.#open.size;
  }

  note(told: ToldRequest): void {
    if ('begun' in told) this.#open.set(told.begun.id, told.begun);
    else this.#open.delete('record' in told ? told.record.id : told.dropped);
  }

  /** Returns the record of each, and forgets them. `ending` says how their worker ended. */
  cutOff(ending: string, now: number): readonly RequestRecord[] {
    const records = [...this.#open.values()].map((begun) => recordCut(begun, ending, now));
    this.#open.clear();
    return records;
  }
}

/** What it asked, and what that cost, only the dead worker knew. */
function recordCut(begun: BegunRequest, ending: string, now: number): RequestRecord {
  return {
    ...begun,
    durationMs: Math.max(0, now - begun.at),
    outcome: 'failed',
    attempts: [],
    skipped: [],
    cause: 'local',
    unmetered: 1,
    notes: [`the worker process that served it ended (${ending})`],
  };
}
