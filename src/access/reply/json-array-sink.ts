/** Tells a stream of events as one JSON array, for callers who did not ask for events (step 6 of a request): as the Gemini API does without `alt=sse`. */

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
    this.#sink.head(status, this.#isArray ? { ...headers, 'content-type': 'application/json' } : headers);
  }

  write(chunk: Uint8Array): boolean {
    return this.#sink.write(this.#isArray ? this.#encode(chunk) : chunk);
  }

  onDrain(resume: () => void): void {
    this.#sink.onDrain(resume);
  }

  end(chunk?: Uint8Array): void {
    if (!this.#isArray) this.#sink.end(chunk);
    else this.#sink.end(this.#encodeEnd(chunk));
  }

  #encodeEnd(chunk: Uint8Array = Buffer.alloc(0)): Buffer {
    const told = this.#encode(chunk);
    const last = this.#splitter.end();
    const rest = last === undefined ? '' : this.#tell(last);
    return Buffer.concat([told, Buffer.from(rest + this.#opening(']'))]);
  }

  /** A comment or a blank line shows life, and means nothing. */
  #encode(chunk: Uint8Array): Buffer {
    const frames = this.#splitter.push(Buffer.from(chunk));
    return Buffer.from(frames.map((frame) => this.#tell(frame)).join(''));
  }

  /** An error stands bare between the events. */
  #tell({ data, raw }: SseFrame): string {
    if (data !== undefined) return this.#item(data);
    return raw[0] === brace ? this.#item(raw.toString().trim()) : '\n';
  }

  #item(data: string): string {
    const item = `${this.#opening(',\r\n')}${data}`;
    this.#count += 1;
    return item;
  }

  /** What stands before the first item, or else between this and the last. */
  #opening(otherwise: string): string {
    if (this.#count > 0) return otherwise;
    return otherwise === ']' ? '[]' : '[';
  }
}
