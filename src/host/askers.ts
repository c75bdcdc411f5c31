/** Questions to another thread or process of ours, and its replies, matched by number. */

import { decodeFault, encodeFault, type SentFault } from '../errors.ts';

/** The answer to the question of this number, or the error that was thrown in its place. */
export type NumberedReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly fault: SentFault };

/** Those who wait for a reply. */
export class Askers {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  get count(): number {
    return this.#waiting.size;
  }

  /** Rejects with the other side's error. `send` gets the number; what it throws is thrown. */
  ask(send: (id: number) => void): Promise<unknown> {
    this.#asked += 1;
    send(this.#asked);
    const asker = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#asked, asker);
    return asker.promise;
  }

  hear(reply: NumberedReply): void {
    const asker = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('fault' in reply) asker?.reject(decodeFault(reply.fault));
    else asker?.resolve(reply.answer);
  }

  /** The other side is gone: everybody who waits gets this error. */
  end(error: Error): void {
    const askers = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of askers) reject(error);
  }
}

/** Never rejects. */
export async function replyTo(id: number, find: () => unknown): Promise<NumberedReply> {
  try {
    return { id, answer: await find() };
  } catch (error) {
    return { id, fault: encodeFault(error) };
  }
}
