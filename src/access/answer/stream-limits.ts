/**
 * How much of a stream is held, how long one event may be, and how long an end is awaited (step 6
 * of a request).
 */

import type { Protocol } from '../../protocols/contract/protocol.ts';
import { type CutFailure, createEndless, createFailure } from '../classify/kept-failure.ts';

/**
 * After the finish reason only usage and the marker can come; this long a silence then ends the
 * stream well.
 */
export const afterFinishMs = 2000;
/** Held events before the commit: more than this is no preamble. */
export const heldLimit = 4 * 1024 * 1024;
/**
 * An event that has not ended by then never does: a picture, the longest thing in any answer, is a
 * tenth of it.
 */
export const eventLimit = 64 * 1024 * 1024;

export function endlessEvent(): CutFailure {
  return createEndless('event', 'one event was longer than 64 MB');
}

export function endlessPreamble(): CutFailure {
  return createEndless('preamble', 'no content in 4 MB of events');
}

export function endWithoutFinish(): CutFailure {
  return createFailure(
    'stream-cut',
    'end-without-finish',
    'the stream ended before its answer did',
  );
}

/** What is noted of a stream that has ended without the marker of its protocol. */
export function missingMarker({ endsByClosing }: Protocol): string | undefined {
  return endsByClosing === true ? undefined : 'the stream ended without its terminal marker';
}
