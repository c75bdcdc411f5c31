/**
 * A client that has closed its sending side and waits for its answer (step 0 of a request) looks
 * just like one that has gone: only writes find out. The system of one who has gone refuses the
 * first, and the second fails.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../host.ts';

/**
 * Until the second write. The refusal of the first is back by then from this machine, and from far
 * away by one of the next.
 */
const firstWaitMs = 5;
/** Each wait is so much longer than the one before. */
const growth = 4;
/** He may go later. */
const longestWaitMs = 15_000;

export interface HalfClosing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** The head that went out is one of events. */
  readonly isStream: () => boolean;
}

/** Called once the caller sends no more: says again and again what every client passes over. */
export function probeHalfClosed({ request, response, clock, isStream }: HalfClosing): void {
  const { httpVersion } = request;
  let timer: Timer | undefined;
  const soundOut = (waitMs: number): void => {
    if (response.writableEnded || response.destroyed) return;
    // Of all interim answers every client knows this one: Python's own takes any other for the
    // answer itself.
    if (!response.headersSent && httpVersion === '1.1') response.writeContinue();
    else if (response.headersSent && isStream()) response.write(':\n\n'); // between events a comment may stand
    timer = clock.startTimer(waitMs, () => soundOut(Math.min(growth * waitMs, longestWaitMs)));
  };
  soundOut(firstWaitMs);
  response.once('close', () => timer?.cancel());
}
