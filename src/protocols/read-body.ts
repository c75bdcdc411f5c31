/**
 * Reads a request's body once (step 1 of a request), and writes it for a target: spliced where nothing but the model changes.
 * The same for every protocol; what differs stands in the form that each one gives.
 */

import { RequestError } from '../errors.ts';
import type { NamedInPath } from '../model/protocol.ts';
import type { WireBody } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { mostTranslated, mostValues } from './check-json.ts';
import { applyEdits, isEditDue } from './edits.ts';
import { isRecord, type WireObject } from './is-record.ts';
import { parseOrNothing } from './json-body.ts';
import { nameModel } from './name-model.ts';
import { invalid, parseBody, parseScanned, requireJson } from './parse-body.ts';
import { listPictures, type Picture, type PictureForm, tellPictures } from './pictures.ts';
import type { Bound, Continuation, ReadBody } from './protocol.ts';
import { RequestBytes } from './request-bytes.ts';
import { type ScannedMember, scanObject, type WordList, WordSearch } from './scan.ts';
import { effortFields } from './task-effort.ts';
import { parseWritten } from './written-json.ts';

/** A body this long is sent in pieces: a copy of it costs more than one write more. */
const inPiecesFrom = 32 * 1024;

/** No name of a model, and no wish for reasoning, is as long: they are read where everybody waits for it. */
const longestSwitch = 4096;

/** The parts of a body that are a protocol's own. */
export interface BodyForm {
  /** Without this field there is nothing to answer. Absent: the vendor judges. */
  readonly required?: { readonly field: string; readonly howToFix: string };
  /** Fields by which clients ask for reasoning. */
  readonly reasoningFields: readonly string[];
  /** Whether the value of such a field, as JSON text without spaces, says anything of it. Default: unless it is `null`. */
  readonly speaksOfReasoning?: (value: string) => boolean;
  /** Whether such a value asks for none. */
  readonly isNoReasoning: (value: string) => boolean;
  /** The field that says how many answers are asked for at once. Absent: always one. */
  readonly choicesField?: string;
  /** How what is bound to an account is found. Absent: nothing is. */
  readonly bound?: {
    /** In a body with none of these fields at the top, and none of these words below it, nothing is bound: it is not parsed for it. */
    readonly fields: readonly string[];
    readonly words: WordList;
    readonly find: (body: WireObject) => Bound;
  };
  /** Why nobody could go on with an answer to this request; undefined when somebody could. */
  readonly findObstacle: (body: WireObject) => string | undefined;
  /** The body that asks for the rest of an answer; the one handed in stays as it is. */
  readonly continueBody: (body: WireObject, continuation: Continuation, target: Target) => WireObject;
  /** Whether the conversation ends with what a tool has said. */
  readonly endsWithToolResult: (body: WireObject) => boolean;
  /** How pictures are found. Absent: there are none. */
  readonly pictures?: PictureForm;
}

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readBody(body: WireBody, form: BodyForm, named?: NamedInPath): ReadBody {
  const bytes = new RequestBytes(body);
  const words = form.bound === undefined ? undefined : new WordSearch(form.bound.words);
  const members = scanObject(bytes, words);
  return members === undefined || isAmbiguous(members, form)
    ? readByParsing(bytes, form, named)
    : readByScanning(bytes, { members, hasWord: words?.hasFound ?? false, named }, form);
}

/** Something that is read of it stands there twice: the parser takes the last. */
function isAmbiguous(members: readonly ScannedMember[], form: BodyForm): boolean {
  return isTwice('model', members) || isTwice('stream', members) || isFieldTwice(members, form);
}

function isFieldTwice(
  members: readonly ScannedMember[],
  { choicesField, reasoningFields }: BodyForm,
): boolean {
  if (choicesField !== undefined && isTwice(choicesField, members)) return true;
  return reasoningFields.some((field) => isTwice(field, members));
}

function isTwice(name: string, members: readonly ScannedMember[]): boolean {
  let count = 0;
  for (const { key } of members) if (key === name) count += 1;
  return count > 1;
}

/** What the scan saw of a body. */
interface Scanned {
  readonly members: readonly ScannedMember[];
  /** One of the words that tell of something bound. */
  readonly hasWord: boolean;
  /** What stands in the path, and not in the body. */
  readonly named: NamedInPath | undefined;
}

function readByScanning(body: RequestBytes, { members, hasWord, named }: Scanned, form: BodyForm): ReadBody {
  const { reasoningFields, choicesField } = form;
  const memberOf = (key: string | undefined): ScannedMember | undefined =>
    members.find((member) => member.key === key);
  const parse = (most = mostValues): WireObject => parseScanned(body.whole(), most);
  const textOf = ({ start, end }: ScannedMember): string => body.text(start, end);
  const readValue = (member: ScannedMember | undefined): unknown =>
    member === undefined ? undefined : readSwitch(body, member);
  requireField(form, (field) => memberOf(field) !== undefined);
  const model = memberOf('model');
  return {
    model: named?.model ?? parseModel(readValue(model)),
    stream: named?.isStreamed ?? parseStream(readValue(memberOf('stream'))),
    byteLength: body.length,
    ...readReasoning(
      members
        .filter(({ key }) => reasoningFields.includes(key))
        .map((member) => (isLong(member) ? '{}' : textOf(member).replace(/\s/g, ''))),
      form,
    ),
    has: (field) => memberOf(field) !== undefined,
    choices: parseCount(readValue(memberOf(choicesField))),
    size: body.length,
    encodeFor: (target) => {
      if (isRewriteDue(target, members, body)) return rewriteFor(target, body);
      if (named !== undefined) return namesWithin(members) ? rewriteFor(target, body) : body.asIs();
      return model === undefined ? rewriteFor(target, body) : splice(body, model, target.model);
    },
    bound: () =>
      hasWord || members.some(({ key }) => form.bound?.fields.includes(key))
        ? form.bound?.find(parse())
        : undefined,
    ...continuing(body, parse, form),
  };
}

/** The value of a field that only says how to answer. A value too long for that is not one that anybody understands. */
function readSwitch(body: RequestBytes, member: ScannedMember): unknown {
  const value = isLong(member) ? {} : parseOrNothing(body.text(member.start, member.end));
  if (value === undefined) requireJson(body.whole());
  return value;
}

function isLong({ start, end }: ScannedMember): boolean {
  return end - start > longestSwitch;
}

/** The model stands in a request within the body as well as in the path. */
function namesWithin(members: readonly ScannedMember[]): boolean {
  return members.some(({ key }) => key === 'requests' || key === 'generateContentRequest');
}

/** A small body is joined, for one write; of a large one nothing is copied. */
function splice(body: RequestBytes, at: ScannedMember, model: string): WireBody {
  const name = Buffer.from(JSON.stringify(model));
  const pieces = [...body.slice(0, at.start), name, ...body.slice(at.end, body.length)];
  return body.length < inPiecesFrom ? Buffer.concat(pieces) : pieces;
}

function isRewriteDue(target: Target, members: readonly ScannedMember[], body: RequestBytes): boolean {
  if (target.extraBody !== undefined || target.reasoningEffort !== undefined) return true;
  if (target.edits.length === 0) return false;
  return isEditDue(target.edits, new Set(members.map(({ key }) => key)), (text) =>
    body.whole().includes(text),
  );
}

function readByParsing(body: RequestBytes, form: BodyForm, named: NamedInPath | undefined): ReadBody {
  const { reasoningFields, choicesField = '' } = form;
  const parsed = parseBody(body.whole());
  requireField(form, (field) => field in parsed);
  return {
    model: named?.model ?? parseModel(parsed['model']),
    stream: named?.isStreamed ?? parseStream(parsed['stream']),
    byteLength: body.length,
    ...readReasoning(
      reasoningFields.filter((field) => field in parsed).map((field) => JSON.stringify(parsed[field])),
      form,
    ),
    has: (field) => field in parsed,
    choices: parseCount(parsed[choicesField]),
    size: body.length,
    encodeFor: (target) => rewriteFor(target, body),
    bound: () => form.bound?.find(parsed),
    ...continuing(body, (most) => (most === undefined ? parsed : parseBody(body.whole(), most)), form),
  };
}

/** What the values of the fields say by which clients ask for reasoning; `null` says nothing. */
function readReasoning(
  values: readonly string[],
  { isNoReasoning, speaksOfReasoning = (value) => value !== 'null' }: BodyForm,
): Pick<ReadBody, 'asksReasoning' | 'refusesReasoning'> {
  const said = values.filter(speaksOfReasoning);
  const asksReasoning = said.some((value) => !isNoReasoning(value));
  return { asksReasoning, refusesReasoning: said.length > 0 && !asksReasoning };
}

type Continuing = Pick<
  ReadBody,
  | 'parseToTranslate'
  | 'obstacleFor'
  | 'encodeContinuation'
  | 'endsWithToolResult'
  | 'pictures'
  | 'tellPictures'
>;

/** The body is parsed when it is asked for, if it was not yet. With one that cannot be, nobody goes on. */
function continuing(
  body: RequestBytes,
  parse: (most?: number) => WireObject,
  { findObstacle, continueBody, endsWithToolResult, pictures }: BodyForm,
): Continuing {
  return {
    ...showing(body, parse, pictures),
    parseToTranslate: () => parse(mostTranslated),
    endsWithToolResult: () => {
      const parsed = parseIfGood(parse);
      return parsed !== undefined && endsWithToolResult(parsed);
    },
    obstacleFor: (target) => {
      const parsed = parseIfGood(parse);
      return parsed === undefined
        ? 'a request that cannot be read'
        : findObstacle({ ...parsed, ...target.extraBody });
    },
    encodeContinuation: (target, continuation) =>
      rewriteFor(target, body, (parsed) => continueBody(parsed, continuation, target)),
  };
}

/** A body without any of the words is not parsed. */
function showing(
  body: RequestBytes,
  parse: () => WireObject,
  form: PictureForm | undefined,
): Pick<ReadBody, 'pictures' | 'tellPictures'> {
  let found: readonly Picture[] | undefined;
  const find = (): readonly Picture[] => {
    const parsed = form?.words.some((word) => body.includes(word)) ? parseIfGood(parse) : undefined;
    return form === undefined || parsed === undefined ? [] : listPictures(parsed, form);
  };
  return {
    pictures: () => {
      found ??= find();
      return found;
    },
    tellPictures: (tell) =>
      form === undefined ? body.asIs() : rewrite(body, (parsed) => tellPictures(parsed, form, tell)),
  };
}

function parseIfGood(parse: () => WireObject): WireObject | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** A body for this target, changed as said and otherwise with the text it came with. */
function rewriteFor(
  target: Target,
  body: RequestBytes,
  change: (parsed: WireObject) => WireObject = (parsed) => parsed,
): Buffer {
  return rewrite(body, (parsed) => applyTarget(target, change(parsed)));
}

function rewrite(body: RequestBytes, change: (parsed: WireObject) => WireObject): Buffer {
  requireJson(body.whole());
  const written = parseWritten(body.whole().toString('utf8'));
  if (!isRecord(written.value))
    throw invalid('the request body is not a JSON object', 'send one JSON object');
  return Buffer.from(written.encode(change(written.value)));
}

/** A parsed body for this target: its fields and edits applied, its model named. */
export function writeFor(target: Target, parsed: WireObject): Buffer {
  return Buffer.from(JSON.stringify(applyTarget(target, parsed)));
}

function applyTarget(target: Target, parsed: WireObject): WireObject {
  const added = { ...effortFields(target, parsed), ...target.extraBody };
  return nameModel(target, applyEdits({ ...parsed, ...added }, target.edits));
}

function requireField({ required }: BodyForm, isThere: (field: string) => boolean): void {
  if (required === undefined || isThere(required.field)) return;
  throw invalid(`the request has no "${required.field}"`, required.howToFix);
}

function parseModel(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  const found = value === undefined ? 'the request has no "model"' : '"model" must be a non-empty string';
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

/** Google's stands inside its `generationConfig`. */
function parseCount(value: unknown): number {
  const count = isRecord(value) ? value['candidateCount'] : value;
  return typeof count === 'number' && count > 1 ? count : 1;
}
