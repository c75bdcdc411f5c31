/**
 * A worker's books: what happens to its requests is told to the primary in batches of at most
 * 20 ms. A request that begins and ends within one batch is told once, by its record.
 */

import type { RequestTally } from '../gateway/processes.ts';
import type { Clock, Timer } from '../host.ts';
import type { RefusedCaller } from '../model/events.ts';
import type { BegunRequest, RequestBooks, RequestRecord } from '../model/record.ts';
import type { RequestBatch, ToldEnd } from './messages.ts';

/** What the primary knows is older than this by no more than a turn of the event loop. */
const batchMs = 20;

export class ToldRequests implements RequestBooks, RequestTally {
  readonly #clock: Pick<Clock, 'startTimer'>;
  readonly #tell: (batch: RequestBatch) => void;
  readonly #begun = new Map<string, BegunRequest>();
  #ended: ToldEnd[] = [];
  #refused: RefusedCaller[] = [];
  readonly #dropped = new Set<string>();
  #timer: Timer | undefined;

  constructor(clock: Pick<Clock, 'startTimer'>, tell: (batch: RequestBatch) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  begin(request: BegunRequest): void {
    this.#begun.set(request.id, request);
    this.#schedule();
  }

  leave(id: string): void {
    if (this.#begun.delete(id)) return;
    this.#dropped.add(id);
    this.#schedule();
  }

  end(record: RequestRecord): void {
    this.#dropped.delete(record.id);
    this.#ended.push({ record, isCounted: false });
    this.#schedule();
  }

  /** It comes right behind `end`: no turn of the event loop is between them. */
  readonly note = (record: RequestRecord): void => {
    const ended = this.#ended.findLast((one) => one.record === record);
    if (ended !== undefined) ended.isCounted = true;
  };

  readonly noteRefusal = (refusal: RefusedCaller): void => {
    this.#refused.push(refusal);
    this.#schedule();
  };

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [begun, dropped] = [[...this.#begun.values()], [...this.#dropped]];
    const [ended, refused] = [this.#ended, this.#refused];
    this.#begun.clear();
    this.#dropped.clear();
    this.#ended = [];
    this.#refused = [];
    const isEmpty = begun.length + ended.length + dropped.length + refused.length === 0;
    if (!isEmpty) this.#tell({ begun, ended, dropped, refused });
  }

  #schedule(): void {
    this.#timer ??= this.#clock.startTimer(batchMs, () => this.flush());
  }
}
