/**
 * The line to the gateway: asks who this browser is, and keeps the stream of events open for an
 * admin. It runs once in a browser, in the worker that all tabs share, else in a tab.
 */

import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { ReceivedDelta } from '../apply-delta.ts';
import { ask, openStream, readClock } from '../browser.ts';

/** Whose key has opened the page. */
export interface Visitor {
  readonly name: string;
  /** `call`: a caller's own key, which has no stream. */
  readonly scope: 'admin' | 'call';
}

/** What the line tells. `heardAt`: when it came, by this machine's clock. */
export type News =
  | { readonly name: 'snapshot'; readonly heardAt: number; readonly snapshot: Snapshot }
  | { readonly name: 'delta'; readonly heardAt: number; readonly delta: ReceivedDelta }
  | { readonly name: 'beat'; readonly heardAt: number; readonly at: number }
  /** The status of that question (0: nobody answered); the session where it is 200. */
  | {
      readonly name: 'session';
      readonly heardAt: number;
      readonly status: number;
      readonly session: Visitor | undefined;
    }
  /** A second has gone by: who tells this is there. */
  | { readonly name: 'pulse' };

/** Without a word for this long the stream is opened anew: it may be dead without an end. */
const patienceMs = 5000;

export class Follower {
  readonly #tell: (told: News) => void;
  #close: (() => void) | undefined;
  /** When the stream was opened, or last told something. */
  #heardAt = 0;
  #who: string | undefined;
  #isAsking = false;
  #isPaused = false;

  constructor(tell: (told: News) => void) {
    this.#tell = tell;
  }

  /** To be called each second while somebody wants to know. */
  check(): void {
    this.#isPaused = false;
    if (this.#close !== undefined && readClock() - this.#heardAt > patienceMs) this.#hangUp();
    if (this.#close === undefined) void this.identify();
  }

  /** Nobody wants to know: there is no stream until the next `check`. */
  pause(): void {
    this.#isPaused = true;
    this.#hangUp();
  }

  /**
   * Asks who this browser is, and opens the stream where it may. Another key may have been shown
   * since the last time, and a stream that ends does not say why.
   */
  async identify(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { status, body } = await ask('/admin/session', { withinMs: patienceMs });
    this.#isAsking = false;
    const session = status === 200 ? parseSession(body) : undefined;
    const who = session && `${session.scope} ${session.name}`;
    if (status !== 0 && who !== this.#who) this.#hangUp();
    if (status !== 0) this.#who = who;
    this.#tell({ name: 'session', heardAt: readClock(), status, session });
    if (session?.scope === 'admin' && !this.#isPaused) this.#open();
  }

  #open(): void {
    if (this.#close !== undefined) return;
    this.#heardAt = readClock();
    this.#close = openStream('/admin/events', ['snapshot', 'delta', 'beat'], {
      onEvent: (name, data) => {
        this.#heardAt = readClock();
        this.#tell(parseTold(name, data, this.#heardAt));
      },
      // The next check opens it: one that is refused each time must not be asked in a circle.
      onEnd: () => {
        this.#close = undefined;
      },
    });
  }

  #hangUp(): void {
    this.#close?.();
    this.#close = undefined;
  }
}

/** Our own gateway has sent it. */
function parseSession(body: unknown): Visitor {
  return body as Visitor;
}

/** The events of docs/admin.md, from our own gateway. */
function parseTold(name: string, data: string, heardAt: number): News {
  if (name === 'snapshot') return { name, heardAt, snapshot: JSON.parse(data) as Snapshot };
  if (name === 'delta') return { name, heardAt, delta: JSON.parse(data) as ReceivedDelta };
  const { at } = JSON.parse(data) as { readonly at: number };
  return { name: 'beat', heardAt, at };
}
