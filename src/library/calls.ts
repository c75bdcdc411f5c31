/**
 * The calls of one library that are under way: each ends when its caller aborts it, and all of them
 * when the library is closed.
 */

import { newRequestId } from '../access/run/exchange.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';

/** One call on its way through the engine. */
export interface LibraryCall {
  readonly requestId: string;
  /**
   * Aborted by the caller, by whoever reads the answer, or because the library is closed; its
   * reason says which.
   */
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/** Carries a call to its end. Undefined: it reached no route, so there is no record of it. */
export type CallWork = (call: LibraryCall) => Promise<RequestRecord | undefined>;

interface UnderWay {
  readonly call: LibraryCall;
  readonly done: Promise<RequestRecord | undefined>;
}

export class Calls {
  readonly #host: Host;
  readonly #underWay = new Map<string, UnderWay>();
  #isClosed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Rejects before the work begins, with the reason of the caller's abort, or with `AccessError`
   * (`closed`).
   */
  async carry(
    caller: { readonly signal?: AbortSignal | undefined },
    work: CallWork,
  ): Promise<RequestRecord | undefined> {
    this.requireOpen();
    caller.signal?.throwIfAborted();
    const controller = new AbortController();
    const { signal } = controller;
    const abort = (reason: unknown): void => controller.abort(reason);
    const onAbort = (): void => abort(caller.signal?.reason);
    caller.signal?.addEventListener('abort', onAbort, { once: true });
    const call = { requestId: newRequestId(this.#host), signal, abort };
    const done = work(call).finally(() => {
      // `caller` itself is held till here: a `Request` that is garbage no longer passes on the
      // signal it was made with.
      caller.signal?.removeEventListener('abort', onAbort);
      this.#underWay.delete(call.requestId);
    });
    this.#underWay.set(call.requestId, { call, done });
    return done;
  }

  /** Throws `AccessError` (`closed`) from the moment of `close()` on. */
  requireOpen(): void {
    if (this.#isClosed) throw closed();
  }

  /** The record of a call under way, once it has ended; undefined when there is no such call. */
  async recordOf(requestId: string): Promise<RequestRecord | undefined> {
    return this.#underWay.get(requestId)?.done.catch(() => undefined); // its own caller is told why it failed
  }

  /**
   * Takes no more, ends at once what is under way, and resolves when the engine has let go of all
   * of it.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ending = [...this.#underWay.values()];
    for (const { call } of ending) call.abort(closed());
    await Promise.allSettled(ending.map(({ done }) => done));
  }
}

function closed(): AccessError {
  return new AccessError('closed', 'this Holdfast has been closed', {
    fix: 'ask before close(), or create another with createHoldfast()',
  });
}
