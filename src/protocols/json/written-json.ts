/**
 * Parses JSON for changes; unchanged parts are written with their original bytes. So numbers beyond
 * 2^53, `1.0`, `-0`, spaces, escapes, the order of keys such as `"10"`, and repeated keys survive.
 * Used only to change a field of a request's body for a target (step 3 of a request).
 */

import { isRecord } from './is-record.ts';
import { walkText } from './walk-text.ts';

/** The number, however it was written; undefined for anything else. */
export function readNumber(value: unknown): number | undefined {
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  return typeof value === 'number' ? value : undefined;
}

/**
 * Escapes that JSON does not require: `\/`, `\u00e9`. All others are written the same way again.
 */
const needless = /\\[/u]/;

interface BytesPlace {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Parsed texts and the bytes of their parts: a value may move from one text to another. */
export class WrittenJson {
  /**
   * Positions of objects and lists. Edits copy what they change, so an identical object is
   * unchanged.
   */
  readonly #places = new Map<object, BytesPlace>();
  /** Strings with unnecessary escapes. One that came in two spellings is written in the last. */
  readonly #strings = new Map<string, string>();

  /** Like `JSON.parse`, but keeps the spelling of numbers that would change. */
  parse(text: Buffer): unknown {
    const value: unknown = JSON.parse(text.toString('utf8'));
    const hasNeedless = text.includes('\\u') || text.includes('\\/');
    return walkText(text, value, {
      noteNested: (nested, start, end) => this.#places.set(nested, { text, start, end }),
      ...(hasNeedless
        ? { noteString: (start, end) => this.#noteString(text.toString('utf8', start, end)) }
        : {}),
    });
  }

  #noteString(written: string): void {
    if (!needless.test(written)) return;
    const value: string = JSON.parse(written);
    if (JSON.stringify(value) !== written) this.#strings.set(value, written);
  }

  /** Encodes a value that contains parts of parsed texts. */
  encode(value: unknown): readonly Buffer[] {
    const out = new WrittenPieces();
    this.#write(value, out);
    return out.end();
  }

  #write(value: unknown, out: WrittenPieces): void {
    if (typeof value === 'string') out.text(this.#strings.get(value) ?? JSON.stringify(value));
    else if (typeof value !== 'object' || value === null) out.text(JSON.stringify(value ?? null));
    else {
      const place = this.#places.get(value);
      if (place !== undefined) out.bytes(place.text.subarray(place.start, place.end));
      else if (Array.isArray(value)) this.#writeList(value, out);
      else if (isRecord(value)) this.#writeObject(value, out);
      else out.text(JSON.stringify(value));
    }
  }

  #writeList(list: readonly unknown[], out: WrittenPieces): void {
    out.text('[');
    for (const [index, item] of list.entries()) {
      if (index > 0) out.text(',');
      this.#write(item, out);
    }
    out.text(']');
  }

  #writeObject(object: object, out: WrittenPieces): void {
    let mark = '{';
    for (const [key, member] of Object.entries(object)) {
      if (member === undefined) continue;
      out.text(mark);
      mark = ',';
      this.#write(key, out);
      out.text(':');
      this.#write(member, out);
    }
    out.text(mark === '{' ? '{}' : '}');
  }
}

/** Collects the output: text and bytes in turn. */
class WrittenPieces {
  readonly #done: Buffer[] = [];
  #text = '';

  text(text: string): void {
    this.#text += text;
  }

  bytes(bytes: Buffer): void {
    if (this.#text !== '') this.#done.push(Buffer.from(this.#text));
    this.#text = '';
    this.#done.push(bytes);
  }

  end(): readonly Buffer[] {
    if (this.#text !== '') this.#done.push(Buffer.from(this.#text));
    return this.#done;
  }
}
