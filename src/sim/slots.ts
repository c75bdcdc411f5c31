/**
 * The slots of a server that answers only so many requests at a time, as llama.cpp's does: whoever
 * comes later waits in line.
 */

import type { ServerResponse } from 'node:http';
import type { SimRoute } from './exchange.ts';

export class Slots {
  readonly total: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(total: number) {
    this.total = total;
  }

  /**
   * Resolves when there is a slot for this answer, which it keeps until it has ended. Never
   * resolves for a client that has left.
   */
  take(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const begin = (): void => {
        this.#taken += 1;
        response.off('close', leave);
        response.once('close', () => this.#giveBack());
        resolve();
      };
      const leave = (): boolean => this.#waiting.delete(begin);
      response.once('close', leave);
      if (this.#taken < this.total) begin();
      else this.#waiting.add(begin);
    });
  }

  #giveBack(): void {
    this.#taken -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }
}

/** Where llama.cpp says how many it has. */
export function createPropsRoute({ total }: Slots): SimRoute {
  return {
    method: 'GET',
    path: '/props',
    serve: ({ channel }) =>
      channel.send(200, 'application/json', JSON.stringify({ total_slots: total })),
  };
}
