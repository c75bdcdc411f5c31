/**
 * Folds repeats: the first gets its line at once; later ones share a line with their count, after a
 * minute and then less and less often.
 */

import type { Clock } from '../host.ts';
import type { LogEntry } from './entry.ts';
import type { RequestFacts } from './request-entries.ts';

const firstSpanMs = 60_000;
const maxSpanMs = 60 * 60_000;

/** The number of different problems tracked at a time; further ones are logged at once. */
const maxKinds = 500;

interface Repeated {
  readonly since: number;
  times: number;
  last: RequestFacts;
  describe: () => string;
}

export class Repeats {
  readonly #clock: Clock;
  readonly #write: (entry: LogEntry) => void;
  readonly #kinds = new Map<string, Repeated | undefined>();

  constructor(clock: Clock, write: (entry: LogEntry) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** `describe` makes the sentence. It is called only for a line that is written. */
  add(facts: RequestFacts, describe: () => string): void {
    const { event, task, caller, target, cause } = facts;
    const kind = [event, task, caller, target, cause].join('\0');
    if (!this.#kinds.has(kind)) {
      this.#write({ ...facts, text: describe() });
      if (this.#kinds.size < maxKinds) this.#open(kind, firstSpanMs);
      return;
    }
    const before = this.#kinds.get(kind);
    if (before === undefined)
      this.#kinds.set(kind, { since: facts.at, times: 1, last: facts, describe });
    else Object.assign(before, { times: before.times + 1, last: facts, describe });
  }

  /** Writes the pending counts. */
  close(): void {
    for (const kind of [...this.#kinds.keys()]) this.#end(kind);
  }

  #open(kind: string, spanMs: number): void {
    this.#kinds.set(kind, undefined);
    this.#clock.startTimer(spanMs, () => {
      if (this.#end(kind)) this.#open(kind, Math.min(2 * spanMs, maxSpanMs));
    });
  }

  #end(kind: string): boolean {
    const repeated = this.#kinds.get(kind);
    this.#kinds.delete(kind);
    if (repeated === undefined) return false;
    const { since, times, last, describe } = repeated;
    this.#write({ ...last, text: describe(), times, since });
    return true;
  }
}
