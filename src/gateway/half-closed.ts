/**
 * Detects clients that have gone (step 0 of a request). A client that has closed only its sending
 * side looks the same, so we write: the system of a client that has gone rejects the first write,
 * and then the second fails.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../host.ts';

/**
 * Passes before the second write. On the same machine the rejection of the first is back by then;
 * from far away, a later write fails.
 */
const firstWaitMs = 5;
/** Factor by which each wait grows. */
const growth = 4;
/** The client may leave later. */
const longestWaitMs = 15_000;

export interface HalfClosing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** True if the head already sent announces an event stream. */
  readonly isStream: () => boolean;
}

/** Called once the caller sends no more: says again and again what every client passes over. */
export function probeHalfClosed({ request, response, clock, isStream }: HalfClosing): void {
  const { httpVersion } = request;
  let timer: Timer | undefined;
  const soundOut = (waitMs: number): void => {
    if (response.writableEnded || response.destroyed) return;
    // Every client knows this interim answer; Python's http.client takes any other for the answer
    // itself.
    if (!response.headersSent && httpVersion === '1.1') response.writeContinue();
    // a comment is allowed between events
    else if (response.headersSent && isStream()) response.write(':\n\n');
    timer = clock.startTimer(waitMs, () => soundOut(Math.min(growth * waitMs, longestWaitMs)));
  };
  soundOut(firstWaitMs);
  response.once('close', () => timer?.cancel());
}
