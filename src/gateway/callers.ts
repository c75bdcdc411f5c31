/**
 * Who is being answered right now (step 0 of a request), so that a gateway going down can end each
 * of them. A list with holes closed at once: a `Map` that many enter and leave is rebuilt all the
 * time, and its former tables keep alive what stood in them until the next full collection.
 */

import type { Duplex } from 'node:stream';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import type { SocketSink } from './reply.ts';

/** One client, from the end of its request to the end of its answer. */
export interface Caller {
  readonly socket: Duplex;
  /** The request's. */
  readonly id: string;
  /** The name of its gateway key; absent for the first key. */
  readonly name: string | undefined;
  /** Epoch ms. */
  readonly since: number;
  /** How far its answer is. */
  readonly sink: Pick<SocketSink, 'target' | 'firstAt' | 'bytes'>;
  /** Ends the answer early, with an error in the client's protocol. */
  readonly endEarly: () => void;
  /** Called when he sends no more: he may still listen. */
  readonly soundOut: () => void;
  /** Where he stands in the list; kept by it. */
  place: number;
}

export class Callers {
  readonly #all: Caller[] = [];

  get count(): number {
    return this.#all.length;
  }

  add({ socket, id, name, since, sink, endEarly, soundOut }: Omit<Caller, 'place'>): Caller {
    const caller = { socket, id, name, since, sink, endEarly, soundOut, place: this.#all.length };
    this.#all.push(caller);
    return caller;
  }

  /** Nothing happens when he is gone already. */
  remove(caller: Caller): void {
    if (this.#all[caller.place] !== caller) return;
    const last = this.#all.pop();
    if (last === undefined || last === caller) return;
    this.#all[caller.place] = last;
    last.place = caller.place;
  }

  /** What is on its way, the oldest first. */
  live(): readonly LiveRequest[] {
    return this.#all.map(toLive).sort((one, other) => one.since - other.since);
  }

  /** Whether an answer is on its way through this socket. */
  has(socket: Duplex): boolean {
    return this.#all.some((caller) => caller.socket === socket);
  }

  /** This socket brings nothing more: find out whether the client behind it still listens. */
  soundOut(socket: Duplex): void {
    for (const caller of this.#all) if (caller.socket === socket) caller.soundOut();
  }

  /** Callers may leave while they are ended. */
  endAll(): void {
    for (const { endEarly } of [...this.#all]) endEarly();
  }
}

function toLive({ id, name, since, sink: { target, firstAt, bytes } }: Caller): LiveRequest {
  const firstEventMs = firstAt === undefined ? undefined : Math.max(0, firstAt - since);
  return { id, caller: name, target, since, firstEventMs, bytes };
}
