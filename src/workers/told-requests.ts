/**
 * A worker's books: what happens to its requests is told to the primary in batches of at most
 * 20 ms. A request that begins and ends within one batch is told once, by its record.
 */

import type { Clock, Timer } from '../host.ts';
import type { BegunRequest, RequestBooks, RequestRecord } from '../model/record.ts';
import type { LinkTold } from './messages.ts';

/** What the primary knows is older than this by no more than a turn of the event loop. */
const batchMs = 20;

export class ToldRequests implements RequestBooks {
  readonly #clock: Pick<Clock, 'startTimer'>;
  readonly #tell: (requests: LinkTold['requests']) => void;
  readonly #begun = new Map<string, BegunRequest>();
  #ended: RequestRecord[] = [];
  readonly #dropped = new Set<string>();
  #timer: Timer | undefined;

  constructor(clock: Pick<Clock, 'startTimer'>, tell: (requests: LinkTold['requests']) => void) {
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
    this.#ended.push(record);
    this.#schedule();
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [begun, ended, dropped] = [[...this.#begun.values()], this.#ended, [...this.#dropped]];
    this.#begun.clear();
    this.#ended = [];
    this.#dropped.clear();
    if (begun.length + ended.length + dropped.length > 0) this.#tell({ begun, ended, dropped });
  }

  #schedule(): void {
    this.#timer ??= this.#clock.startTimer(batchMs, () => this.flush());
  }
}
