/**
 * Reads a request's body once (step 1 of a request) and writes it for a target, keeping all bytes
 * if only the model changes. Shared by all protocols; each supplies its differences as a form.
 */

import { RequestError } from '../../errors.ts';
import type { NamedInPath } from '../../model/protocol.ts';
import type { WireBody } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import {
  listPictures,
  type Picture,
  type PictureForm,
  replacePictures,
  type TellPicture,
} from '../content/pictures.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import type { Bound, Continuation, Protocol, ReadBody } from '../contract/protocol.ts';
import { mostTranslated, mostValues } from '../json/check-json.ts';
import { parseExactOrNothing } from '../json/exact-json.ts';
import { isRecord, parseOrNothing, type WireObject } from '../json/is-record.ts';
import { parseScanned, requireJson } from '../json/parse-body.ts';
import { invalid } from '../json/refusal.ts';
import { RequestBytes } from '../json/request-bytes.ts';
import { type ScannedObject, scanObject, type ValuePlace, type WordList } from '../json/scan.ts';
import { findConversationId } from './conversation-id.ts';
import { EditedBody, inPiecesFrom } from './edited-body.ts';
import { applyTarget, isEditDue } from './edits.ts';
import { endsWithToolResult } from './repair-history.ts';

/**
 * In bytes. No model name or reasoning setting is longer; a longer value is not parsed on the hot
 * path.
 */
const longestSwitch = 4096;

/** A protocol's own parts of a body. */
export interface BodyForm {
  /** Without this field there is nothing to answer. Absent: the vendor judges. */
  readonly required?: { readonly field: string; readonly fix: string };
  /** Fields by which clients ask for reasoning. */
  readonly reasoningFields: readonly string[];
  /**
   * True if the field's value (JSON text without spaces) says anything about reasoning. Default:
   * unless it is `null`.
   */
  readonly speaksOfReasoning?: (value: string) => boolean;
  /** True if the value turns reasoning off. */
  readonly isNoReasoning: (value: string) => boolean;
  /** The field with the number of requested answers. Absent: always one. */
  readonly choicesField?: string;
  /** Finds what is bound to an account. */
  readonly bound: {
    /**
     * A body without these top-level fields and nested words has nothing bound, and is not parsed
     * for it.
     */
    readonly fields: readonly string[];
    readonly words: WordList;
    readonly find: (body: WireObject) => Bound;
  };
  /** Says why no target could continue an answer to this request; undefined if one could. */
  readonly findObstacle: (body: WireObject) => string | undefined;
  /** Returns the body of a continuation; the given one is not changed. */
  readonly continueBody: (
    body: WireObject,
    continuation: Continuation,
    target: Target,
  ) => WireObject;
  readonly editing: BodyEditing;
  /** Finds images. Absent: the protocol has none. */
  readonly pictures?: PictureForm;
}

/**
 * Reads bodies in one form where an answer is to be generated, and in another for all other
 * operations. It throws `RequestError` (400) with what is wrong and how it should look.
 */
export function createBodyReader(
  generateForm: BodyForm,
  otherForm: BodyForm = generateForm,
): Protocol['readBody'] {
  const readBody: Protocol['readBody'] = (request, operation) => {
    const form = operation === 'generate' ? generateForm : otherForm;
    const { named } = request;
    const bytes = new RequestBytes(request);
    const found = scanObject(bytes, form.bound.words);
    if (found === undefined) throw bytes.use(refuseBroken);
    if (found.twice.length === 0 || !isAmbiguous(found.twice, form))
      return new JsonBody({ bytes, form, named, ...found });
    // Written anew, it has each field once: the last, which the parser takes.
    const body = rewrite({ bytes, fields: found.fields }, () => undefined);
    return readBody({ ...request, body }, operation);
  };
  return readBody;
}

/**
 * The scan accepts only a JSON object; the check then explains what is wrong with anything else.
 */
function refuseBroken(whole: Buffer): RequestError {
  requireJson(whole);
  const isText = /^\s{0,64}"/.test(whole.toString('latin1', 0, 80));
  return isText
    ? invalid(
        'the request body is a JSON text, not an object',
        'encode it once: it was encoded twice',
      )
    : invalid('the request body is not a JSON object', 'send one JSON object');
}

/** True if a field that is read occurs twice. */
function isAmbiguous(
  twice: readonly string[],
  { choicesField = 'model', reasoningFields }: BodyForm,
): boolean {
  return ['model', 'stream', choicesField, ...reasoningFields].some((field) =>
    twice.includes(field),
  );
}

interface Found extends ScannedObject {
  readonly bytes: RequestBytes;
  readonly form: BodyForm;
  /** Names from the path instead of the body. */
  readonly named: NamedInPath | undefined;
}

/** Parses the body only if more is needed than the fields of the scan. */
class JsonBody implements ReadBody {
  readonly model: string;
  readonly stream: boolean;
  readonly asksReasoning: boolean;
  readonly refusesReasoning: boolean;
  readonly choices: number;
  readonly byteLength: number;
  readonly pieces: readonly Buffer[];
  readonly #found: Found;
  #pictures: readonly Picture[] | undefined;

  constructor(found: Found) {
    const { bytes, form, named, fields } = found;
    this.#found = found;
    if (form.required !== undefined && !fields.has(form.required.field))
      throw invalid(`the request has no "${form.required.field}"`, form.required.fix);
    this.byteLength = bytes.length;
    this.pieces = bytes.pieces;
    this.model = named?.model ?? parseModel(this.#read('model'));
    this.stream = named?.isStreamed ?? parseStream(this.#read('stream'));
    const choices = form.choicesField && this.#read(form.choicesField);
    this.choices = choices === undefined ? 1 : parseCount(choices);
    const { isNoReasoning, speaksOfReasoning = saysMoreThanNull } = form;
    const said: string[] = [];
    for (const field of form.reasoningFields) {
      const value = this.#textOf(field)?.replace(/\s/g, '');
      if (value !== undefined && speaksOfReasoning(value)) said.push(value);
    }
    this.asksReasoning = said.some((value) => !isNoReasoning(value));
    this.refusesReasoning = said.length > 0 && !this.asksReasoning;
  }

  has(field: string): boolean {
    return this.#found.fields.has(field);
  }

  conversationId(): string | undefined {
    return findConversationId(this.#found, this.conversation);
  }

  encodeFor(target: Target): WireBody {
    const { bytes, fields, form, named } = this.#found;
    const model = fields.get('model');
    if (isRewriteDue(target, this.#found)) return rewriteFor(target, this.#found);
    if (named === undefined)
      return model === undefined
        ? rewriteFor(target, this.#found)
        : putModel(bytes, model, target.model);
    // A request within the body may name the model as well as the path.
    const isWithin = form.editing.requests?.fields.some((field) => fields.has(field)) === true;
    return isWithin ? rewriteFor(target, this.#found) : bytes.asIs();
  }

  bound(): Bound | undefined {
    const { form, fields, hasWord } = this.#found;
    const mayBe = hasWord || form.bound.fields.some((field) => fields.has(field));
    return mayBe ? form.bound.find(this.#parse()) : undefined;
  }

  parseToTranslate(): WireObject {
    return this.#found.bytes.use((whole) =>
      parseScanned(whole, mostTranslated, parseExactOrNothing),
    );
  }

  write(target: Target, body: WireObject, editing: BodyEditing): Buffer {
    const edited = EditedBody.of(body);
    applyTarget(edited, target, editing);
    const written = Buffer.from(JSON.stringify(edited.toObject()));
    this.#found.bytes.noteMade();
    return written;
  }

  get conversation(): string {
    return this.#found.form.editing.conversation[0];
  }

  endsWithToolResult(): boolean {
    return endsWithToolResult(this.#parseIfGood() ?? {}, this.#found.form.editing);
  }

  /** A body that cannot be parsed cannot be continued. */
  obstacleFor(target: Target): string | undefined {
    const parsed = this.#parseIfGood();
    if (parsed === undefined) return 'a request that cannot be read';
    return this.#found.form.findObstacle({ ...parsed, ...target.extraBody });
  }

  encodeContinuation(target: Target, continuation: Continuation): Buffer {
    const { form } = this.#found;
    const body = rewrite(this.#found, (edited) => {
      edited.changeAll((parsed) => form.continueBody(parsed, continuation, target));
      applyTarget(edited, target, form.editing);
    });
    return Buffer.isBuffer(body) ? body : Buffer.concat(body);
  }

  /** A body without any of the words is not parsed. */
  pictures(): readonly Picture[] {
    const { bytes, form } = this.#found;
    const { pictures } = form;
    if (pictures === undefined) return [];
    const mayBe =
      this.#pictures === undefined && pictures.words.some((word) => bytes.includes(word));
    const parsed = mayBe ? this.#parseIfGood() : undefined;
    this.#pictures ??= parsed === undefined ? [] : listPictures(parsed, pictures);
    if (this.#pictures.length > 0) bytes.noteMade();
    return this.#pictures;
  }

  tellPictures(tell: TellPicture): WireBody {
    const { bytes, form } = this.#found;
    const { pictures } = form;
    if (pictures === undefined) return bytes.asIs();
    return rewrite(this.#found, (edited) => {
      edited.change([pictures.field], (part) => replacePictures(part, pictures, tell));
    });
  }

  /** Reads the value of a field that selects how to answer. */
  #read(field: string): unknown {
    const text = this.#textOf(field);
    if (text === undefined) return undefined;
    const value = parseOrNothing(text);
    if (value === undefined) this.#found.bytes.use((whole) => requireJson(whole));
    return value;
  }

  /** A value too long to be a setting counts as not understood. */
  #textOf(field: string): string | undefined {
    const { bytes, fields } = this.#found;
    const place = fields.get(field);
    if (place === undefined) return undefined;
    return place.end - place.start > longestSwitch ? '{}' : bytes.text(place.start, place.end);
  }

  #parse(): WireObject {
    return this.#found.bytes.use((whole) => parseScanned(whole, mostValues));
  }

  /**
   * Undefined if it is not JSON. Lack of memory for parsing throws instead, since it says nothing
   * about the body.
   */
  #parseIfGood(): WireObject | undefined {
    try {
      return this.#parse();
    } catch (error) {
      if (error instanceof RequestError && error.code !== 'busy') return undefined;
      throw error;
    }
  }
}

function saysMoreThanNull(value: string): boolean {
  return value !== 'null';
}

/** Joins a small body, to save writes; a large one is not copied. */
function putModel(body: RequestBytes, at: ValuePlace, model: string): WireBody {
  const name = Buffer.from(JSON.stringify(model));
  const pieces = [...body.slice(0, at.start), name, ...body.slice(at.end, body.length)];
  return body.length < inPiecesFrom ? Buffer.concat(pieces) : pieces;
}

function isRewriteDue(target: Target, { fields, bytes, form }: Found): boolean {
  if (target.extraBody !== undefined || target.reasoningEffort !== undefined) return true;
  return target.bodyEdits.some((edit) =>
    isEditDue(
      edit,
      { has: (field) => fields.has(field), includes: (text) => bytes.includes(text) },
      form.editing,
    ),
  );
}

function rewriteFor(target: Target, found: Found): WireBody {
  return rewrite(found, (edited) => {
    applyTarget(edited, target, found.form.editing);
  });
}

/** Changes a body as described; other bytes stay. */
function rewrite(
  { bytes, fields }: Pick<Found, 'bytes' | 'fields'>,
  change: (edited: EditedBody) => void,
): WireBody {
  const rewritten = bytes.hold(() => {
    const edited = new EditedBody(bytes, fields);
    change(edited);
    return edited.encode();
  });
  bytes.noteMade();
  return rewritten;
}

function parseModel(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  const found =
    value === undefined ? 'the request has no "model"' : '"model" must be a non-empty string';
  throw invalid(
    found,
    'name a task such as "main", or a model as "provider/model"; GET /v1/models lists them',
  );
}

function parseStream(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return value === true;
  throw invalid(
    '"stream" must be true or false',
    'send "stream": true for a streamed answer, or leave it out',
  );
}

/** Reads a count; Google's is inside `generationConfig`. */
function parseCount(value: unknown): number {
  const count = isRecord(value) ? value['candidateCount'] : value;
  return typeof count === 'number' && count > 1 ? count : 1;
}
