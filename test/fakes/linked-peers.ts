/**
 * Two ends of a link in one process: what one sends is cloned, as between processes, and heard by
 * the other in the next turn.
 */

import type { Peer } from '../../src/host/worker-process.ts';

interface LinkedPeers {
  readonly primary: Peer;
  readonly worker: Peer;
  /** Tells both that the other is gone. */
  readonly cut: (ending: string) => void;
}

export function createLinkedPeers(): LinkedPeers {
  const [primary, worker] = [new End(), new End()];
  primary.other = worker;
  worker.other = primary;
  return {
    primary,
    worker,
    cut: (ending) => {
      for (const end of [primary, worker]) end.cut(ending);
    },
  };
}

class End implements Peer {
  other: End | undefined;
  readonly #listeners: ((message: unknown) => void)[] = [];
  readonly #mourners: ((ending: string) => void)[] = [];
  #isCut = false;

  send(message: object): void {
    const sent: unknown = structuredClone(message);
    queueMicrotask(() => this.other?.hear(sent));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.push(listener);
  }

  onGone(listener: (ending: string) => void): void {
    this.#mourners.push(listener);
  }

  cut(ending: string): void {
    this.#isCut = true;
    for (const mourner of this.#mourners) mourner(ending);
  }

  hear(message: unknown): void {
    if (!this.#isCut) for (const listener of this.#listeners) listener(message);
  }
}
