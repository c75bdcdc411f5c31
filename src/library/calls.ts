/**
 * The calls in progress of one library instance: each ends when its caller aborts it, and all end
 * when the library is closed.
 */

import { newRequestId } from '../access/run/exchange.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';

export interface LibraryCall {
  readonly requestId: string;
  /** Aborted by the caller, by the reader of the answer, or by `close()`; the reason says which. */
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/** Runs a call to its end. Resolves with undefined if it reached no route and so has no record. */
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
   * Rejects before the work starts, with the reason of the caller's abort, or with `AccessError`
   * (`closed`).
   */
  async run(
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
      // keeps `caller` alive until here: a garbage-collected `Request` no longer passes on its
      // signal
      caller.signal?.removeEventListener('abort', onAbort);
      this.#underWay.delete(call.requestId);
    });
    this.#underWay.set(call.requestId, { call, done });
    return done;
  }

  /** Throws `AccessError` (`closed`) after `close()`. */
  requireOpen(): void {
    if (this.#isClosed) throw closed();
  }

  /** Waits for the end of the call and returns its record; undefined if there is no such call. */
  async recordOf(requestId: string): Promise<RequestRecord | undefined> {
    // its own caller gets the error
    return this.#underWay.get(requestId)?.done.catch(() => undefined);
  }

  /**
   * Refuses new calls, aborts those in progress, and resolves when the engine has finished all of
   * them.
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
