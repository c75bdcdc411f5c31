/**
 * The clients being answered (step 0 of a request), so that a gateway that shuts down can end each
 * answer. An array whose holes are filled from its end: a `Map` with many insertions and deletions
 * is rebuilt all the time, and its old tables keep their entries alive until the next full
 * collection.
 */

import type { Duplex } from 'node:stream';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import type { Headers } from '../model/request.ts';
import type { SocketSink } from './reply.ts';

/** One client, from the end of its request to the end of its answer. */
export interface Caller {
  readonly socket: Duplex;
  readonly id: string;
  /** Name of its caller key; absent for the gateway's own key. */
  readonly name: string | undefined;
  /** Its user-agent names it where no key does. */
  readonly headers: Headers;
  /** Epoch ms. */
  readonly since: number;
  /** Shows the progress of its answer. */
  readonly sink: Pick<SocketSink, 'target' | 'firstAt' | 'bytes'>;
  /** Ends the answer early, with an error in the client's protocol. */
  readonly endEarly: () => void;
  /** Called when the client has closed its sending side: it may still be reading. */
  readonly soundOut: () => void;
  /** Is the index in the list, which sets it. */
  place: number;
}

export class Callers {
  readonly #all: Caller[] = [];

  get count(): number {
    return this.#all.length;
  }

  add(parts: Omit<Caller, 'place'>): Caller {
    const caller = { ...parts, place: this.#all.length };
    this.#all.push(caller);
    return caller;
  }

  /** Does nothing if the caller has left already. */
  remove(caller: Caller): void {
    if (this.#all[caller.place] !== caller) return;
    const last = this.#all.pop();
    if (last === undefined || last === caller) return;
    this.#all[caller.place] = last;
    last.place = caller.place;
  }

  /** Lists the requests in progress, oldest first. `nameOf` takes a key's name and user-agent. */
  live(nameOf: NameCaller): readonly LiveRequest[] {
    return this.#all
      .map((caller) => toLive(caller, nameOf))
      .sort((one, other) => one.since - other.since);
  }

  /** True if an answer is in progress on this socket. */
  has(socket: Duplex): boolean {
    return this.#all.some((caller) => caller.socket === socket);
  }

  /** The socket's sending side is closed: check whether the client is still reading. */
  soundOut(socket: Duplex): void {
    for (const caller of this.#all) if (caller.socket === socket) caller.soundOut();
  }

  /** Callers may leave the list while this runs. */
  endAll(): void {
    for (const { endEarly } of [...this.#all]) endEarly();
  }
}

type NameCaller = (name: string | undefined, userAgent: string | undefined) => string | undefined;

/** Who listens is not told of every event of 200 streams. */
const stepBytes = 1024;

function toLive({ id, name, headers, since, sink }: Caller, nameOf: NameCaller): LiveRequest {
  const { target, firstAt } = sink;
  const firstEventMs = firstAt === undefined ? undefined : Math.max(0, firstAt - since);
  const bytes = Math.ceil(sink.bytes / stepBytes) * stepBytes;
  return { id, caller: nameOf(name, headers['user-agent']), target, since, firstEventMs, bytes };
}
