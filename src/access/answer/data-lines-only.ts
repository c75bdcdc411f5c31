/**
 * Events for clients that read a stream by a pattern of their own (step 6): one `data:` line each,
 * and nothing between them.
 */

import type { Clock } from '../../host.ts';
import type { SseFrame } from '../../transport/sse.ts';
import { signOfLifeMs } from '../waiting/patience.ts';

const blankLine = Buffer.from('\n');
/** The SDK's own pattern of an event. */
const isOneLine = /^data: [^\r\n]*(?:\n\n|\r\r|\r\n\r\n)$/;

export class DataLinesOnly {
  readonly #clock: Clock;
  #writtenAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#writtenAt = clock.monotonic();
  }

  noteWrite(): void {
    this.#writtenAt = this.#clock.monotonic();
  }

  /**
   * Returns the event without its names and comments. `@google/generative-ai` 0.24 loses everything
   * behind any other line.
   */
  only(frame: SseFrame): SseFrame {
    const { raw, data } = frame;
    if (data === undefined || isOneLine.test(raw.toString('latin1'))) return frame;
    // A line feed in JSON never stands inside a string.
    return { data, raw: Buffer.from(`data: ${data.replaceAll('\n', ' ')}\n\n`) };
  }

  /**
   * Returns a blank line where nothing was written for long, as a proxy may end a silent stream:
   * `@google/genai` takes it, `@google/generative-ai` 0.24 does not.
   */
  signOfLife(): Buffer | undefined {
    return this.#clock.monotonic() - this.#writtenAt < signOfLifeMs ? undefined : blankLine;
  }
}
