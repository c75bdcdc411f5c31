/**
 * Limits of a stream (step 6 of a request): the bytes held before the commit, the length of an
 * event, and the wait for its end.
 */

import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { StreamWatch } from '../../protocols/contract/watched-stream.ts';
import { type CutFailure, createEndless, createFailure } from '../classify/kept-failure.ts';

/**
 * After the finish reason only usage and the marker can come; this long a silence then ends the
 * stream normally.
 */
export const afterFinishMs = 2000;
/** Limits held events before the commit: a preamble is never longer. */
export const heldLimit = 4 * 1024 * 1024;
/** A longer event will never end: a picture, the longest thing in any answer, is a tenth of it. */
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

export function markerWithoutFinish({ hasContent }: Pick<StreamWatch, 'hasContent'>): CutFailure {
  return hasContent
    ? createFailure(
        'stream-cut',
        'marker-without-finish',
        'the stream ended without a finish reason',
      )
    : createFailure('stream-cut', 'marker-without-answer', 'the stream ended without an answer');
}

/** Returns the note for a stream that ended without the marker of its protocol. */
export function missingMarker({ endsByClosing }: Protocol): string | undefined {
  return endsByClosing === true ? undefined : 'the stream ended without its terminal marker';
}
