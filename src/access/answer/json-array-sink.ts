/**
 * Writes a stream of events as one JSON array, for callers that did not ask for events (step 6 of a
 * request), as the Gemini API does without `alt=sse`.
 */

import type { Headers, ReplySink } from '../../model/request.ts';
import { isEvents, type SseFrame, SseSplitter } from '../../transport/sse.ts';

const brace = 0x7b;

export class JsonArraySink implements ReplySink {
  readonly #sink: ReplySink;
  readonly #splitter = new SseSplitter();
  #isArray = false;
  #count = 0;

  constructor(sink: ReplySink) {
    this.#sink = sink;
  }

  head(status: number, headers: Headers): void {
    this.#isArray = isEvents(headers);
    this.#sink.head(
      status,
      this.#isArray ? { ...headers, 'content-type': 'application/json' } : headers,
    );
  }

  write(chunk: Uint8Array): boolean {
    return this.#sink.write(
      this.#isArray ? Buffer.from(this.#encodeAll(this.#split(chunk))) : chunk,
    );
  }

  onDrain(resume: () => void): void {
    this.#sink.onDrain(resume);
  }

  end(chunk?: Uint8Array): void {
    if (!this.#isArray) {
      this.#sink.end(chunk);
      return;
    }
    const frames = chunk === undefined ? [] : this.#split(chunk);
    const last = this.#splitter.end();
    const elements = this.#encodeAll(last === undefined ? frames : [...frames, last]);
    this.#sink.end(Buffer.from(`${elements}${this.#count === 0 ? '[]' : ']'}`));
  }

  #split(chunk: Uint8Array): readonly SseFrame[] {
    return this.#splitter.push(Buffer.from(chunk));
  }

  #encodeAll(frames: readonly SseFrame[]): string {
    return frames.map((frame) => this.#encode(frame)).join('');
  }

  /** An error is an element without an event around it. Comments and blank lines are dropped. */
  #encode({ data, raw }: SseFrame): string {
    const item = data ?? (raw[0] === brace ? raw.toString().trim() : undefined);
    if (item === undefined) return '\n';
    this.#count += 1;
    return this.#count === 1 ? `[${item}` : `,\r\n${item}`;
  }
}
