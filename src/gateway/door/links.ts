/**
 * Links that open the page once: random ids in memory, each with the key that asked for it. A
 * restart forgets them, so none can be used again.
 */

import type { Host } from '../../host.ts';

/** The oldest gives way: one person opens one or two. */
const most = 100;

interface Link {
  readonly who: string;
  /** Epoch ms. */
  readonly until: number;
}

export class Links {
  readonly #host: Pick<Host, 'randomToken' | 'clock'>;
  readonly #open = new Map<string, Link>();

  constructor(host: Pick<Host, 'randomToken' | 'clock'>) {
    this.#host = host;
  }

  make(who: string, forMs: number): Pick<Link, 'until'> & { readonly id: string } {
    const id = this.#host.randomToken(24);
    const until = this.#host.clock.now() + forMs;
    this.#open.set(id, { who, until });
    const [oldest] = this.#open.keys();
    if (this.#open.size > most && oldest !== undefined) this.#open.delete(oldest);
    return { id, until };
  }

  /** Returns the key's owner once; undefined for a link that is used, over or was never made. */
  take(id: string): string | undefined {
    const link = this.#open.get(id);
    this.#open.delete(id);
    return link !== undefined && link.until > this.#host.clock.now() ? link.who : undefined;
  }
}
