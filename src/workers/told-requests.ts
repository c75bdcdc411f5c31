/**
 * A worker's books: what happens to its requests is told to the primary in batches of at most
 * 20 ms. A request that begins and ends within one batch is told once, by its record.
 */

import type { RequestTally } from '../gateway/processes.ts';
import type { Clock, Timer } from '../host.ts';
import type { RefusedCaller } from '../model/events.ts';
import type { BegunRequest, RequestBooks, RequestRecord } from '../model/record.ts';
import type { RequestBatch, ToldRequest } from './messages.ts';

/** What the primary knows is older than this by no more than a turn of the event loop. */
const batchMs = 20;

export class ToldRequests implements RequestBooks, RequestTally {
  readonly #clock: Pick<Clock, 'startTimer'>;
  readonly #tell: (batch: RequestBatch) => void;
  /** The latest of each request, by its id. */
  readonly #requests = new Map<string, ToldRequest>();
  #refused: RefusedCaller[] = [];
  #timer: Timer | undefined;

  constructor(clock: Pick<Clock, 'startTimer'>, tell: (batch: RequestBatch) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  begin(begun: BegunRequest): void {
    this.#note(begun.id, { begun });
  }

  leave(id: string): void {
    const told = this.#requests.get(id);
    if (told !== undefined && 'begun' in told) this.#requests.delete(id);
    else this.#note(id, { dropped: id });
  }

  end(record: RequestRecord): void {
    this.#note(record.id, { record, isCounted: false });
  }

  /** It comes right behind `end`: no turn of the event loop is between them. */
  readonly note = (record: RequestRecord): void => {
    if (this.#requests.has(record.id)) this.#note(record.id, { record, isCounted: true });
  };

  readonly noteRefusal = (refusal: RefusedCaller): void => {
    this.#refused.push(refusal);
    this.#schedule();
  };

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [requests, refused] = [[...this.#requests.values()], this.#refused];
    this.#requests.clear();
    this.#refused = [];
    if (requests.length + refused.length > 0) this.#tell({ requests, refused });
  }

  #note(id: string, told: ToldRequest): void {
    this.#requests.set(id, told);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= this.#clock.startTimer(batchMs, () => this.flush());
  }
}
