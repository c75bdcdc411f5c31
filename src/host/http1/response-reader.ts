/**
 * Reads one answer from the bytes of its connection, however they are cut (step 3 of a request, RFC 9112). It is asked for
 * one step at a time, so that whoever asks can stop after any of them: that is how back-pressure reaches into a read.
 */

import { assertNever } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import { ChunkedBody, type Input } from './chunked-body.ts';
import {
  checkBeginning,
  framingOf,
  idleMsAfter,
  parseResponseHead,
  type ResponseHead,
} from './response-head.ts';
import { WireError } from './wire-error.ts';

/** `head`: status and headers are set; `data`: so is data; `end`: the answer is over; `more`: the next read is needed. */
export type Step = 'head' | 'data' | 'end' | 'more';

/** Of a status line and its headers. */
const longestHead = 16 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

export class ResponseReader {
  #input: Input = { bytes: nothing, offset: 0 };
  #state: 'head' | 'length' | 'chunked' | 'until-close' | 'over' = 'head';
  /** Bytes of a body of known length that are still to come. */
  #left = 0;
  #chunks: ChunkedBody | undefined;
  status = 0;
  headers: Headers = {};
  data: Buffer = nothing;
  /** How long the connection may wait for its next request once this answer is over; 0 for not at all. */
  idleMs = 0;

  /** Takes the next read. */
  feed(bytes: Buffer): void {
    const { bytes: old, offset } = this.#input;
    const isUsedUp = offset === old.length;
    // Only a line that came in several reads is ever copied: of data nothing is left here when more is asked for.
    this.#input = { bytes: isUsedUp ? bytes : Buffer.concat([old.subarray(offset), bytes]), offset: 0 };
  }

  /** Throws a `WireError` where the bytes are no answer. */
  next(): Step {
    const state = this.#state;
    switch (state) {
      case 'head':
        return this.#readHead();
      case 'length':
        return this.#takeData(this.#left);
      case 'chunked':
        return this.#readChunks();
      case 'until-close':
        return this.#takeData(Number.POSITIVE_INFINITY);
      case 'over':
        return 'end';
      default:
        return assertNever(state);
    }
  }

  /** The other side sends no more. Throws where the answer is not over with that (RFC 9112 § 8). */
  close(): void {
    if (this.#state === 'until-close') this.#state = 'over';
    if (this.#state === 'over') return;
    const place = this.#state === 'head' ? 'before its answer' : 'in the middle of its answer';
    throw new WireError('ECONNRESET', `the other side closed the connection ${place}`);
  }

  /** What came behind the answer, in the same read. */
  get surplus(): Buffer {
    return this.#input.bytes.subarray(this.#input.offset);
  }

  /** Interim answers (RFC 9110 § 15.2) are passed over. */
  #readHead(): Step {
    for (;;) {
      const { bytes, offset } = this.#input;
      const end = bytes.indexOf(endOfHead, offset);
      if ((end < 0 ? bytes.length : end) - offset > longestHead) {
        throw new WireError('HPE_HEADER_OVERFLOW', 'the head of the answer is longer than 16 kB');
      }
      if (end < 0) {
        checkBeginning(bytes.toString('latin1', offset));
        return 'more';
      }
      const head = parseResponseHead(bytes.toString('latin1', offset, end + 2));
      this.#input.offset = end + endOfHead.length;
      if (head.status >= 200) return this.#beginBody(head);
      if (head.status === 101) {
        throw new WireError('HPE_PAUSED_UPGRADE', 'the answer changes to a protocol nobody asked for');
      }
    }
  }

  #beginBody(head: ResponseHead): 'head' {
    const framing = framingOf(head);
    this.status = head.status;
    this.headers = head.headers;
    this.idleMs = idleMsAfter(head, framing);
    if (typeof framing === 'number') {
      this.#left = framing;
      this.#state = framing === 0 ? 'over' : 'length';
    } else {
      this.#state = framing;
    }
    return 'head';
  }

  #takeData(most: number): Step {
    const { bytes, offset } = this.#input;
    if (offset === bytes.length) return 'more';
    const end = Math.min(bytes.length, offset + most);
    this.data = bytes.subarray(offset, end);
    this.#input.offset = end;
    if (this.#state === 'length') {
      this.#left -= this.data.length;
      if (this.#left === 0) this.#state = 'over';
    }
    return 'data';
  }

  #readChunks(): Step {
    this.#chunks ??= new ChunkedBody();
    const step = this.#chunks.next(this.#input);
    if (step === 'data') this.data = this.#chunks.data;
    if (step === 'end') this.#state = 'over';
    return step;
  }
}
