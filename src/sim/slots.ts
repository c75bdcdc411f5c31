/** Limits the number of requests answered at a time, as llama.cpp does: later ones wait in line. */

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
   * Resolves when a slot is free for this answer, which has it until its end. Never resolves for a
   * client that has left.
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

/** The path at which llama.cpp reports its number of slots. */
export function createPropsRoute({ total }: Slots): SimRoute {
  return {
    method: 'GET',
    path: '/props',
    serve: ({ channel }) =>
      channel.send(200, 'application/json', JSON.stringify({ total_slots: total })),
  };
}
