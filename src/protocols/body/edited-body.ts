/**
 * A request body being edited for a target (step 3 of a request). A top-level field is parsed when
 * an edit reads it; other fields are neither parsed nor copied. Unchanged parts keep their original
 * bytes.
 */

import type { WireBody } from '../../model/request.ts';
import { mostValues } from '../json/check-json.ts';
import type { WireObject } from '../json/is-record.ts';
import { requireJson } from '../json/parse-body.ts';
import { invalid } from '../json/refusal.ts';
import { RequestBytes } from '../json/request-bytes.ts';
import type { ValuePlace } from '../json/scan.ts';
import { WrittenJson } from '../json/written-json.ts';

/** In bytes. A body this long is sent in pieces: copying it would cost more than another write. */
export const inPiecesFrom = 32 * 1024;
/** In bytes. Shorter pieces are joined, since each costs a write. */
const shortPiece = 4096;

/** Keeps a field's original bytes. */
class Unread {
  readonly place: ValuePlace;

  constructor(place: ValuePlace) {
    this.place = place;
  }
}

export class EditedBody {
  readonly #bytes: RequestBytes;
  readonly #fields: Map<string, unknown>;
  readonly #json = new WrittenJson();

  /** `fields` maps names to the positions of their values. */
  constructor(bytes: RequestBytes, fields: ReadonlyMap<string, ValuePlace>) {
    this.#bytes = bytes;
    this.#fields = new Map([...fields].map(([field, place]) => [field, new Unread(place)]));
  }

  /** Wraps a body made here, for the same edits. */
  static of(body: WireObject): EditedBody {
    const edited = new EditedBody(new RequestBytes({ body: [] }), new Map());
    for (const [field, value] of Object.entries(body)) edited.set(field, value);
    return edited;
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }

  /** Throws `RequestError` (400) if the value is not JSON. */
  read(field: string): unknown {
    const value = this.#fields.get(field);
    if (!(value instanceof Unread)) return value;
    const parsed = this.#parse(value.place);
    this.#fields.set(field, parsed);
    return parsed;
  }

  /** An existing field keeps its position; `undefined` is not written. */
  set(field: string, value: unknown): void {
    this.#fields.set(field, value);
  }

  drop(field: string): void {
    this.#fields.delete(field);
  }

  /** Does not parse the field. */
  rename(field: string, to: string): void {
    this.set(to, this.#fields.get(field));
    this.drop(field);
  }

  /**
   * `edit` gets these fields only, and returns their new values. It must not change its argument.
   */
  change(fields: Iterable<string>, edit: (part: WireObject) => WireObject): void {
    const part = this.#pick(fields);
    const changed = edit(part);
    for (const field of Object.keys(part)) if (!Object.hasOwn(changed, field)) this.drop(field);
    for (const [field, value] of Object.entries(changed)) this.set(field, value);
  }

  changeAll(edit: (body: WireObject) => WireObject): void {
    this.change([...this.#fields.keys()], edit);
  }

  /** Parses the whole body. */
  toObject(): WireObject {
    return this.#pick(this.#fields.keys());
  }

  encode(): WireBody {
    const pieces: Buffer[] = [];
    let mark = '{';
    for (const [field, value] of this.#fields) {
      if (value === undefined) continue;
      pieces.push(Buffer.from(`${mark}${JSON.stringify(field)}:`), ...this.#encode(value));
      mark = ',';
    }
    pieces.push(Buffer.from(mark === '{' ? '{}' : '}'));
    return this.#bytes.length < inPiecesFrom ? Buffer.concat(pieces) : joinShort(pieces);
  }

  #encode(value: unknown): readonly Buffer[] {
    if (!(value instanceof Unread)) return this.#json.encode(value);
    return this.#bytes.slice(value.place.start, value.place.end);
  }

  #pick(fields: Iterable<string>): WireObject {
    const own = [...fields].filter((field) => this.has(field));
    return Object.fromEntries(own.map((field) => [field, this.read(field)]));
  }

  /**
   * A short value cannot hold too many values, so it is checked only if it fails to parse, to find
   * the place.
   */
  #parse({ start, end }: ValuePlace): unknown {
    if (end - start >= 2 * mostValues) this.#bytes.use(requireJson);
    try {
      return this.#json.parse(this.#bytes.join(start, end));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#bytes.use(requireJson);
      throw invalid('the request body is not JSON', 'send one JSON object');
    }
  }
}

function joinShort(pieces: readonly Buffer[]): readonly Buffer[] {
  const joined: Buffer[] = [];
  let short: Buffer[] = [];
  for (const piece of pieces) {
    if (piece.length < shortPiece) {
      short.push(piece);
      continue;
    }
    joined.push(Buffer.concat(short), piece);
    short = [];
  }
  return [...joined, Buffer.concat(short)].filter(({ length }) => length > 0);
}
