/**
 * A request's body on its way to a target (step 3 of a request). A field at the top is parsed when
 * an edit looks at it; whatever no edit looks at is neither parsed nor copied. Everything that is
 * not changed keeps the bytes it came with.
 */

import type { WireBody } from '../../model/request.ts';
import { mostValues } from '../json/check-json.ts';
import type { WireObject } from '../json/is-record.ts';
import { requireJson } from '../json/parse-body.ts';
import { invalid } from '../json/refusal.ts';
import { RequestBytes } from '../json/request-bytes.ts';
import type { ValuePlace } from '../json/scan.ts';
import { WrittenJson } from '../json/written-json.ts';

/** A body this long is sent in pieces: a copy of it costs more than one write more. */
export const inPiecesFrom = 32 * 1024;
/** Pieces shorter than this are joined: each costs a write. */
const shortPiece = 4096;

/** A field as it came. */
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

  /** `fields`: where their values stand in the bytes. */
  constructor(bytes: RequestBytes, fields: ReadonlyMap<string, ValuePlace>) {
    this.#bytes = bytes;
    this.#fields = new Map([...fields].map(([field, place]) => [field, new Unread(place)]));
  }

  /** One that was made here, to be edited in the same way. */
  static of(body: WireObject): EditedBody {
    const edited = new EditedBody(new RequestBytes({ body: [] }), new Map());
    for (const [field, value] of Object.entries(body)) edited.set(field, value);
    return edited;
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }

  /** Throws `RequestError` (400) for what is no JSON. */
  read(field: string): unknown {
    const value = this.#fields.get(field);
    if (!(value instanceof Unread)) return value;
    const parsed = this.#parse(value.place);
    this.#fields.set(field, parsed);
    return parsed;
  }

  /** A field that is there already keeps its place; `undefined` is not written. */
  set(field: string, value: unknown): void {
    this.#fields.set(field, value);
  }

  drop(field: string): void {
    this.#fields.delete(field);
  }

  /** Unread, if it is. */
  rename(field: string, to: string): void {
    this.set(to, this.#fields.get(field));
    this.drop(field);
  }

  /**
   * `edit` is given these fields alone, and gives them back as they are to be. The object handed to
   * it must stay as it is.
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

  /** All of it, parsed. */
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
   * What is short cannot hold too many values: it is checked only where it is no JSON, to say
   * where.
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
