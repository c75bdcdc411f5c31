/**
 * Speaks HTTP/1.1 on raw sockets, as little of it as the bench needs, since the measuring side must
 * cost less than the measured one. Reads messages with a length or in chunks, requests and answers
 * alike.
 */

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'trailer';

/** Called for each piece of a body. */
export type OnBody = (bytes: Buffer) => void;
/** Called when a message has ended; `status` is 0 for a request. */
export type OnEnd = (status: number) => void;

/** Reads the messages of one connection, one after the other. */
export class MessageReader {
  readonly #onBody: OnBody;
  readonly #onEnd: OnEnd;
  #state: State = 'head';
  #rest: Buffer | undefined;
  #left = 0;
  #status = 0;

  constructor(onBody: OnBody, onEnd: OnEnd) {
    this.#onBody = onBody;
    this.#onEnd = onEnd;
  }

  push(chunk: Buffer): void {
    let bytes: Buffer | undefined =
      this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    while (bytes !== undefined && bytes.length > 0) bytes = this.#step(bytes);
  }

  /** Consumes what it can; returns the rest, or stores it until more has come. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(bytes);
      case 'chunk-size':
        return this.#takeChunkSize(bytes);
      case 'trailer':
        return this.#takeTrailer(bytes);
      case 'length':
      case 'chunk-data':
        return this.#takeBody(bytes);
    }
  }

  #takeHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) return this.#keep(bytes);
    const head = bytes.toString('latin1', 0, end + 2).toLowerCase();
    this.#status = head.startsWith('http/') ? Number(head.slice(9, 12)) : 0;
    const rest = bytes.subarray(end + 4);
    if (head.includes('\r\ntransfer-encoding: chunked\r\n')) {
      this.#state = 'chunk-size';
      return rest;
    }
    const at = head.indexOf('\r\ncontent-length:');
    this.#left = at < 0 ? 0 : Number.parseInt(head.slice(at + 17, at + 30), 10);
    this.#state = 'length';
    if (this.#left === 0) this.#finish();
    return rest;
  }

  #takeBody(bytes: Buffer): Buffer {
    const length = Math.min(this.#left, bytes.length);
    this.#left -= length;
    // A chunk's own line end counts as its last two bytes and is no body.
    const ending = this.#state === 'chunk-data' ? Math.max(0, 2 - this.#left) : 0;
    if (length > ending) this.#onBody(bytes.subarray(0, length - ending));
    if (this.#left === 0) {
      if (this.#state === 'chunk-data') this.#state = 'chunk-size';
      else this.#finish();
    }
    return bytes.subarray(length);
  }

  #takeChunkSize(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n', 0, 'latin1');
    if (end < 0) return this.#keep(bytes);
    const size = Number.parseInt(bytes.toString('latin1', 0, end), 16);
    this.#state = size === 0 ? 'trailer' : 'chunk-data';
    this.#left = size + 2;
    return bytes.subarray(end + 2);
  }

  /** No contender sends trailers, only the blank line. */
  #takeTrailer(bytes: Buffer): Buffer | undefined {
    if (bytes.length < 2) return this.#keep(bytes);
    this.#finish();
    return bytes.subarray(2);
  }

  /** Copies the bytes, since their memory may be freed. */
  #keep(bytes: Buffer): undefined {
    this.#rest = Buffer.from(bytes);
  }

  #finish(): void {
    this.#state = 'head';
    this.#onEnd(this.#status);
  }
}
