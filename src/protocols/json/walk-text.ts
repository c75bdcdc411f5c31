/**
 * Goes through a JSON text beside what `JSON.parse` made of it. What the parser forgets stands in
 * the text: how a number was written, and where an object begins and ends. The parser of Node could
 * tell numbers itself, at seven times the cost.
 */

import { isRecord, parseOrNothing } from './is-record.ts';
import { JsonTokens, mostLevels, token } from './scan.ts';

/**
 * A number as it was written: `JSON.stringify` writes it so again, and `isRecord` takes it for
 * none.
 */
interface RawNumber {
  readonly rawJSON: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** A number from its text: as it was written, where JavaScript would write it otherwise. */
export function toExactNumber(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : JSON.rawJSON(text);
}

/** What is done on the way. */
export interface WalkUse {
  /** Whether numbers below this field stay as they were written. Absent: all do. */
  readonly isKept?: (field: string) => boolean;
  /** An object or a list, and its bytes. */
  readonly noteNested?: (value: object, start: number, end: number) => void;
  /** The bytes of a string, quotation marks included: of a value or of a field's name. */
  readonly noteString?: (start: number, end: number) => void;
}

/**
 * The same value, with numbers that JavaScript would write otherwise as they were written. The text
 * is JSON, and the value was just parsed from it.
 */
export function walkText(text: Buffer, value: unknown, use: WalkUse): unknown {
  const root = { value };
  new TextWalk(text, use).walk(root);
  return root.value;
}

/**
 * A field that stands there twice is walked twice: where the value does not look like the text, it
 * is not the one meant. The last one is walked last, and what is noted of it stands.
 */
class TextWalk {
  readonly #text: Buffer;
  readonly #use: WalkUse;
  readonly #tokens: JsonTokens;
  #isKept: boolean;
  #levels = 0;

  constructor(text: Buffer, use: WalkUse) {
    this.#text = text;
    this.#use = use;
    this.#tokens = new JsonTokens([text]);
    this.#isKept = use.isKept === undefined;
  }

  walk(root: object): void {
    this.#take(this.#tokens.next(), root, 'value');
  }

  /** One value, which its holder has under this key. */
  #take(first: number, holder: object | undefined, key: string | number): void {
    if (first === token.string) this.#noteString();
    else if (first === token.scalar) this.#takeScalar(holder, key);
    else this.#takeNested(first, memberOf(holder, key));
  }

  #takeNested(opener: number, value: unknown): void {
    const { start } = this.#tokens;
    this.#levels += 1;
    if (this.#levels > mostLevels) this.#skip();
    else if (opener === token.openList) this.#takeItems(Array.isArray(value) ? value : undefined);
    else this.#takeFields(isRecord(value) ? value : undefined);
    this.#levels -= 1;
    if (typeof value === 'object' && value !== null)
      this.#use.noteNested?.(value, start, this.#tokens.end);
  }

  #takeItems(list: object | undefined): void {
    const tokens = this.#tokens;
    let index = 0;
    for (
      let next = tokens.next();
      next !== token.closeList && next < token.end;
      next = tokens.next()
    ) {
      if (next === token.comma) continue;
      this.#take(next, list, index);
      index += 1;
    }
  }

  #takeFields(object: object | undefined): void {
    const tokens = this.#tokens;
    const { isKept, noteString } = this.#use;
    const wasKept = this.#isKept;
    for (
      let next = tokens.next();
      next !== token.closeObject && next < token.end;
      next = tokens.next()
    ) {
      if (next === token.comma) continue;
      const { start, end } = tokens;
      this.#noteString();
      tokens.next(); // the colon
      const first = tokens.next();
      // Most fields are strings: their names are of no use.
      if (first === token.string && noteString === undefined) continue;
      const field = this.#readName(start + 1, end - 1);
      this.#isKept = wasKept || isKept?.(field) === true;
      this.#take(first, object, field);
    }
    this.#isKept = wasKept;
  }

  #readName(start: number, end: number): string {
    const written = this.#text.toString('utf8', start, end);
    return written.includes('\\') ? String(parseOrNothing(`"${written}"`)) : written;
  }

  #takeScalar(holder: object | undefined, key: string | number): void {
    if (!this.#isKept || holder === undefined) return;
    const parsed = memberOf(holder, key);
    if (typeof parsed !== 'number' && !JSON.isRawJSON(parsed)) return;
    const number = toExactNumber(
      this.#text.toString('latin1', this.#tokens.start, this.#tokens.end),
    );
    if (number !== parsed) Reflect.set(holder, key, number);
  }

  #noteString(): void {
    this.#use.noteString?.(this.#tokens.start, this.#tokens.end);
  }

  /** What stands too deep for anybody to change. */
  #skip(): void {
    let open = 1;
    for (let next = this.#tokens.next(); next < token.end; next = this.#tokens.next()) {
      if (next === token.openObject || next === token.openList) open += 1;
      else if (next === token.closeObject || next === token.closeList) open -= 1;
      if (open === 0) return;
    }
  }
}

function memberOf(holder: object | undefined, key: string | number): unknown {
  return holder !== undefined && Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
}
