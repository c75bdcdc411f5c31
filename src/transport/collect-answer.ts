/** Collects a whole answer, for small requests whose answer is used only when complete. */

import type { Clock, UpstreamCall, UpstreamHandler } from '../host.ts';
import type { Headers } from '../model/request.ts';

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer<ArrayBuffer>;
}

export interface AnswerLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Rejects with this after the time limit. */
  readonly late: Error;
  readonly bytes: number;
  /** Rejects with this if the answer is too long. */
  readonly tooLong: Error;
  /** Its abort reason rejects the result. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Also rejects with what breaks the answer. On any rejection the call is aborted. */
export async function collectAnswer(
  send: (handler: UpstreamHandler) => UpstreamCall,
  { clock, timeoutMs, late, bytes, tooLong, signal }: AnswerLimits,
): Promise<WholeAnswer> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let head: Omit<WholeAnswer, 'body'> = { status: 502, headers: {} }; // for an end without a head
  const call = send({
    onHead: (status, headers) => {
      head = { status, headers };
    },
    onData: (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > bytes) reject(tooLong);
    },
    onEnd: () => resolve({ ...head, body: Buffer.concat(chunks) }),
    onError: reject,
  });
  const leave = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', leave);
  const timer = clock.startTimer(timeoutMs, () => reject(late));
  try {
    return await promise;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', leave);
    call.abort();
  }
}
