/**
 * The requests that a worker has begun and not ended, as its primary knows them. What a dead worker
 * leaves here was cut off, and is recorded as failed.
 */

import type { BegunRequest, RequestRecord } from '../model/record.ts';
import type { RequestBatch } from './messages.ts';

export class OpenRequests {
  readonly #open = new Map<string, BegunRequest>();

  get count(): number {
    return this.#open.size;
  }

  note({ begun, ended, dropped }: Pick<RequestBatch, 'begun' | 'ended' | 'dropped'>): void {
    for (const request of begun) this.#open.set(request.id, request);
    for (const { record } of ended) this.#open.delete(record.id);
    for (const id of dropped) this.#open.delete(id);
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
