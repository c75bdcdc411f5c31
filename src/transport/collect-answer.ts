/**
 * A whole answer, for the few who ask a server something small and look at nothing before its end.
 */

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
  /** The error of an answer that has not ended by then. */
  readonly late: Error;
  readonly bytes: number;
  /** The error of an answer that has more. */
  readonly tooLong: Error;
  /** Rejects with its reason. Default: nobody goes away. */
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with what breaks the answer, too; whatever it rejects with, the call is given up. */
export async function collectAnswer(
  send: (handler: UpstreamHandler) => UpstreamCall,
  { clock, timeoutMs, late, bytes, tooLong, signal }: AnswerLimits,
): Promise<WholeAnswer> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let head: Omit<WholeAnswer, 'body'> = { status: 502, headers: {} }; // an end without a head
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
