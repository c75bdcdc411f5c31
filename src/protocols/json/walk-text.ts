/**
 * Walks a JSON text together with its parsed value, for what the parser forgets: the spelling of
 * numbers, and where an object starts and ends. Node's parser can report numbers, at seven times
 * the cost.
 */

import { isRecord, parseOrNothing } from './is-record.ts';
import { JsonTokens, mostLevels, token } from './scan.ts';

/** A number as written: `JSON.stringify` writes it unchanged, and `isRecord` rejects it. */
interface RawNumber {
  readonly rawJSON: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** Keeps the spelling if JavaScript would write the number differently. */
export function toExactNumber(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : JSON.rawJSON(text);
}

export interface WalkUse {
  /** True if numbers below this field keep their spelling. Absent: all do. */
  readonly isKept?: (field: string) => boolean;
  /** Reports an object or a list, and its bytes. */
  readonly noteNested?: (value: object, start: number, end: number) => void;
  /** Reports a string or field name, including its quotation marks. */
  readonly noteString?: (start: number, end: number) => void;
}

/**
 * Returns the value with numbers spelled as in the text, if JavaScript would write them
 * differently. The value must have been parsed from the text.
 */
export function walkText(text: Buffer, value: unknown, use: WalkUse): unknown {
  const root = { value };
  new TextWalk(text, use).walk(root);
  return root.value;
}

/**
 * A repeated field is walked each time; its earlier texts may not match the value, which comes from
 * the last. What the last walk reports wins.
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

  /** Reads one value, which `holder` has under `key`. */
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
      tokens.next(); // skips the colon
      const first = tokens.next();
      // Most values are strings: their fields' names are not needed.
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

  /** Skips a value nested too deep to be changed. */
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
