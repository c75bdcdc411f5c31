/** A terminal of 80 columns and 24 rows: what is typed goes in, and what is drawn comes out. */

import { EventEmitter } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';

export class FakeTerminal {
  /** What was written, control sequences included. */
  shown = '';
  /** Each switch of raw mode. */
  readonly modes: boolean[] = [];
  readonly input: ReadStream;
  readonly output: WriteStream;

  constructor() {
    const keys = Object.assign(new EventEmitter(), {
      setRawMode: (mode: boolean) => this.modes.push(mode),
      resume: () => undefined,
      pause: () => undefined,
    });
    const screen = Object.assign(new EventEmitter(), {
      columns: 80,
      getWindowSize: () => [80, 24],
      write: (text: string) => {
        this.shown += text;
      },
    });
    this.input = parseStream(keys);
    this.output = parseStream(screen);
  }

  type(text: string): void {
    this.input.emit('data', Buffer.from(text));
  }
}

/** It has what is used of the stream of a terminal. */
function parseStream<Stream>(stream: unknown): Stream {
  return stream as Stream;
}
