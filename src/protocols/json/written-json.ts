/**
 * JSON that is parsed to be changed: whatever was not changed is written again with the text it came with. Numbers beyond
 * 2^53, `1.0` and `-0` stay what they are, and so do spaces, escapes, and the order of keys. Where a request's body is
 * rewritten for a target (step 3 of a request), and nowhere else: a body that only gets another model is never parsed.
 *
 * Not by `JSON.parse` with `context.source` and `JSON.rawJSON`, which Node has: they keep the text of numbers, but neither spaces,
 * escapes and the order of keys such as `"10"`, nor keys that stand twice.
 */

import { isRecord } from './is-record.ts';

/** A number that JavaScript cannot hold, or would spell otherwise: `9007199254740993`, `1e400`, `1.0`. */
class WrittenNumber {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** The number, however it was written; undefined for anything else. */
export function readNumber(value: unknown): number | undefined {
  if (value instanceof WrittenNumber) return value.value;
  return typeof value === 'number' ? value : undefined;
}

/** No rewrite changes what stands deeper: it is copied unread. */
const deepest = 12;
/** Escapes that a string may do without: `\/`, `\u00e9`. All others are written so again. */
const needless = /\\[/u]/;
/** What may stand between values, and what ends a number or a word. */
const gap: ReadonlySet<string | undefined> = new Set([' ', '\n', '\r', '\t', ',', ':']);
const scalarEnds: ReadonlySet<string | undefined> = new Set([...gap, '}', ']']);

export class WrittenText {
  /** As `JSON.parse` gives it, but for numbers that would be written otherwise than they came. */
  readonly value: unknown;
  readonly #text: string;
  /** What stands in the text for an object, a list, a number. Edits copy what they change: what is the same object is unchanged. */
  readonly #texts = new WeakMap<object, string>();
  /** Strings that came with escapes they do not need. One that came in two spellings is written in the first. */
  readonly #strings = new Map<string, string>();
  #index = 0;

  /** The text must be JSON: it is not checked again. */
  constructor(text: string) {
    this.#text = text;
    this.value = this.#read(0);
  }

  /** This value, which holds parts of the one above, as JSON text. */
  encode(value: unknown): string {
    if (typeof value === 'string') return this.#strings.get(value) ?? JSON.stringify(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
    return this.#texts.get(value) ?? this.#encodeChanged(value);
  }

  #encodeChanged(value: object): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.encode(item)).join(',')}]`;
    if (!isRecord(value) || value instanceof WrittenNumber) return JSON.stringify(value);
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${this.encode(key)}:${this.encode(member)}`).join(',')}}`;
  }

  #read(depth: number): unknown {
    this.#skipGap();
    const start = this.#index;
    const first = this.#text[start];
    if (first === '"') return this.#readString();
    if (first !== '{' && first !== '[') return this.#readScalar();
    const value = this.#readNested(first, depth);
    this.#texts.set(value, this.#text.slice(start, this.#index));
    return value;
  }

  #readNested(first: '{' | '[', depth: number): object {
    if (depth === deepest) return this.#copyNested();
    this.#index += 1;
    return first === '{' ? this.#readObject(depth) : this.#readList(depth);
  }

  #readObject(depth: number): object {
    const members: (readonly [string, unknown])[] = [];
    while (!this.#isAtEnd('}')) members.push([this.#readString(), this.#read(depth + 1)]);
    return Object.fromEntries(members);
  }

  #readList(depth: number): object {
    const items: unknown[] = [];
    while (!this.#isAtEnd(']')) items.push(this.#read(depth + 1));
    return items;
  }

  #isAtEnd(end: '}' | ']'): boolean {
    this.#skipGap();
    if (this.#text[this.#index] !== end) return false;
    this.#index += 1;
    return true;
  }

  #copyNested(): object {
    const start = this.#index;
    let open = 0;
    do {
      const mark = this.#text[this.#index];
      if (mark === '"') this.#skipString();
      else this.#index += 1;
      if (mark === '{' || mark === '[') open += 1;
      else if (mark === '}' || mark === ']') open -= 1;
    } while (open > 0);
    return JSON.parse(this.#text.slice(start, this.#index));
  }

  #readString(): string {
    const start = this.#index;
    this.#skipString();
    const text = this.#text.slice(start, this.#index);
    if (!text.includes('\\')) return text.slice(1, -1);
    const value: string = JSON.parse(text);
    if (needless.test(text) && !this.#strings.has(value) && JSON.stringify(value) !== text)
      this.#strings.set(value, text);
    return value;
  }

  #skipString(): void {
    const start = this.#index + 1;
    let end = this.#text.indexOf('"', start);
    while (this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    this.#index = end + 1;
  }

  #isEscaped(at: number, start: number): boolean {
    let slashes = 0;
    for (let index = at - 1; index >= start && this.#text[index] === '\\'; index--) slashes += 1;
    return slashes % 2 === 1;
  }

  #readScalar(): unknown {
    const start = this.#index;
    while (this.#index < this.#text.length && !scalarEnds.has(this.#text[this.#index])) this.#index += 1;
    const text = this.#text.slice(start, this.#index);
    const number = Number(text);
    if (String(number) === text) return number;
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'number') return value;
    const written = new WrittenNumber(value);
    this.#texts.set(written, text);
    return written;
  }

  /** Between values stands nothing that matters: the text is known to be JSON. */
  #skipGap(): void {
    while (gap.has(this.#text[this.#index])) this.#index += 1;
  }
}
