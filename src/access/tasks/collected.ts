/** Collects a whole reply in memory, for those who read it before anybody is told of it. */

import type { Headers, ReplySink } from '../../model/request.ts';

export class Collected implements ReplySink {
  status = 0;
  headers: Headers = {};
  /** Absent: it has not ended. */
  ending: 'whole' | 'cut' | undefined;
  readonly #chunks: Uint8Array[] = [];

  head(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  onDrain(resume: () => void): void {
    resume();
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.#chunks.push(chunk);
    this.ending = 'whole';
  }

  cut(): void {
    this.ending = 'cut';
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
