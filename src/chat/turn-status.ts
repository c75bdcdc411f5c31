/** Says what a turn waits for while nothing of its answer has come, from the engine's events. */

import { describeClock } from '../access/wording/when.ts';
import { isLocalUrl } from '../config/resolve/local-url.ts';
import type { Clock } from '../host.ts';
import type { EngineEvent, HeldTarget } from '../model/events.ts';

/** A machine that has reached no server after this time may be offline. */
export const lateMs = 8000;

/** The codes of a machine without a network. A server that refuses a connection was reached. */
const offlineCode = /ENOTFOUND|EAI_\w+|ENETUNREACH|ENETDOWN|EHOSTUNREACH|ETIMEDOUT/;

type EventOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { readonly type: Type }>;

export class TurnStatus {
  readonly #clock: Clock;
  readonly #model: string;
  #words = 'preparing the request';
  #failed: EventOf<'rescue'> | undefined;
  /** Is the server that was asked last. */
  #origin = '';
  /** Maps each server that was not reached, on this machine's network or beyond, to the reason. */
  readonly #unreached = new Map<string, string>();
  #hasReached = false;
  #isOffline = false;
  #isTold = false;

  constructor(clock: Clock, model: string) {
    this.#clock = clock;
    this.#model = model;
  }

  get words(): string {
    return this.#isOffline ? 'offline, as it seems; still trying' : this.#words;
  }

  /** Returns, once, that the machine seems to be offline, and by which servers. */
  takeNews(): string | undefined {
    if (!this.#isOffline || this.#isTold) return undefined;
    this.#isTold = true;
    const servers = [...this.#unreached].map(([origin, why]) => `${hostOf(origin)} (${why})`);
    return `This machine seems to be offline: no connection to ${servers.join(', ')}. The message goes on waiting.`;
  }

  /** Returns whether the event is about this turn: side tasks ask for other models. */
  hear(event: EngineEvent): boolean {
    if (!('requestId' in event) || event.model !== this.#model) return false;
    if (event.type === 'asking') this.#hearAsking(event);
    else if (event.type === 'rescue') this.#hearRescue(event);
    else this.#hearWaiting(event);
    return true;
  }

  /** Call it after `lateMs` without text. Returns whether the words change. */
  noteLate(): boolean {
    const isNews = !this.#isOffline && !this.#hasReached && this.#unreached.size > 0;
    this.#isOffline ||= isNews;
    return isNews;
  }

  #hearAsking({ target, origin, connection }: EventOf<'asking'>): void {
    this.#origin = origin;
    if (connection === 'open') this.#noteReached();
    if (connection === 'opening')
      this.#noteUnreached(origin, this.#unreached.get(origin) ?? 'no answer');
    const step =
      connection === 'opening'
        ? `connecting to ${hostOf(origin)}`
        : `waiting for the first token of ${target} at ${hostOf(origin)}`;
    const who = target === this.#failed?.target ? 'it again' : `${target} instead`;
    this.#words =
      this.#failed === undefined ? step : `${this.#failed.what}; asking ${who}: ${step}`;
  }

  #hearRescue(event: EventOf<'rescue'>): void {
    const { failure, text } = event;
    this.#failed = event;
    this.#words = text;
    this.#noteFailure({ origin: this.#origin, cause: failure.class, evidence: failure.message });
  }

  #hearWaiting({ forMs, text, held }: EventOf<'waiting'>): void {
    for (const one of held) this.#noteFailure(one);
    const remote = held.filter(({ origin }) => !isLocalUrl(origin));
    this.#isOffline =
      remote.length > 0 && remote.every(({ origin }) => this.#unreached.has(origin));
    const [first, ...others] = held.toSorted((a, b) => a.until - b.until);
    if (first === undefined || forMs === 0) {
      this.#words = text;
      return;
    }
    const more = others.length === 0 ? '' : `, ${others.length} more for longer`;
    const until = describeClock(first.until, this.#clock.now());
    this.#words = `${first.target} rests until ${until} (${first.cause})${more}`;
  }

  /** A server on this machine says nothing about its network. */
  #noteFailure({
    origin,
    cause,
    evidence,
  }: Pick<HeldTarget, 'origin' | 'cause' | 'evidence'>): void {
    if (isLocalUrl(origin)) return;
    const code = cause === 'connect' ? offlineCode.exec(evidence)?.[0] : undefined;
    if (code === undefined) this.#noteReached();
    else this.#noteUnreached(origin, code);
  }

  #noteUnreached(origin: string, why: string): void {
    if (!isLocalUrl(origin)) this.#unreached.set(origin, why);
  }

  #noteReached(): void {
    this.#hasReached = true;
    this.#unreached.clear();
    this.#isOffline = false;
  }
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
