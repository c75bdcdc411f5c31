/**
 * Reads the body of a passed-through request (step 1 of a request): only its model, in JSON or in a
 * form, if its operation has one. The rest is neither read nor changed.
 */

import type { KeepingOperation } from '../../model/protocol.ts';
import type { AccessRequest, WireBody } from '../../model/request.ts';
import { boundTo } from '../body/bound-reference.ts';
import { createBodyReader } from '../body/read-body.ts';
import type { Bound, ReadBody } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';
import { invalid } from '../json/refusal.ts';
import { RequestBytes } from '../json/request-bytes.ts';
import { createWordList } from '../json/scan.ts';
import { boundaryOf, type FormField, findFields, isMultipart } from './multipart.ts';

/** Names the uploaded file of a batch. */
const inputField = 'input_file_id';

const readNamed = createBodyReader({
  reasoningFields: [],
  isNoReasoning: () => false,
  bound: { fields: [inputField], words: createWordList([]), find: findInput },
  findObstacle: () => obstacle,
  continueBody: (body) => body,
  editing: { conversation: [inputField], dropSealed: (body) => body, isToolResult: () => true },
});

/** The reason why such an answer cannot be continued. */
export const obstacle = 'an answer that is not text';

/** How the object in a path is called. */
const keptObjects: Readonly<Record<KeepingOperation, string>> = {
  files: 'the file',
  batches: 'the batch',
  responses: 'the response',
};

/** What an account keeps belongs to it, not to a model. */
export function namesModel({ operation }: Pick<AccessRequest, 'operation'>): boolean {
  return !(operation in keptObjects);
}

/** Throws a `RequestError` (400) that says what is wrong and how to fix it. */
export function readPassed(
  request: Pick<AccessRequest, 'body' | 'headers' | 'operation' | 'passage' | 'takeBodyMemory'>,
): ReadBody {
  const { operation, headers, passage } = request;
  const { 'content-encoding': packing = 'identity' } = headers;
  if (packing !== 'identity')
    throw invalid(`the body is compressed (${packing})`, 'send it as it is');
  const bytes = new RequestBytes(request);
  if (namesModel(request)) {
    const type = headers['content-type'];
    return type !== undefined && isMultipart(type)
      ? readPassedForm(bytes, type)
      : readPassedJson(readNamed(request, operation), bytes);
  }
  const [, called = ''] = Object.entries(keptObjects).find(([kind]) => kind === operation) ?? [];
  const own = boundTo(called, passage?.object);
  const isJson = operation === 'batches' && bytes.length > 0;
  const named = isJson
    ? readNamed({ ...request, named: { model: operation, isStreamed: false } }, operation)
    : undefined;
  const references = [...own, ...(named?.bound()?.references ?? [])];
  return asItIs(bytes, operation, references.length === 0 ? undefined : { references, sealed: [] });
}

function readPassedJson(read: ReadBody, bytes: RequestBytes): ReadBody {
  return { ...asItIs(bytes, read.model, undefined), encodeFor: (target) => read.encodeFor(target) };
}

function asItIs(bytes: RequestBytes, model: string, bound: Bound | undefined): ReadBody {
  return {
    model,
    stream: false,
    byteLength: bytes.length,
    pieces: bytes.pieces,
    asksReasoning: false,
    refusesReasoning: false,
    choices: 1,
    has: () => false,
    conversationId: () => undefined,
    encodeFor: () => bytes.asIs(),
    bound: () => bound,
    obstacleFor: () => obstacle,
    endsWithToolResult: () => true,
    pictures: () => [],
    tellPictures: () => bytes.asIs(),
    parseToTranslate: notText,
    write: notText,
    encodeContinuation: notText,
  };
}

function notText(): never {
  throw new TypeError(`${obstacle} is neither translated nor continued`);
}

function readPassedForm(bytes: RequestBytes, contentType: string): ReadBody {
  const field = bytes.use((whole) => findModelField(whole, contentType), 1);
  const { start, end } = field;
  return {
    ...asItIs(bytes, bytes.text(start, end).trim(), undefined),
    encodeFor: ({ model }): WireBody => [
      ...bytes.slice(0, start),
      Buffer.from(model),
      ...bytes.slice(end, bytes.length),
    ],
  };
}

function findModelField(body: Buffer, contentType: string): FormField {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined)
    throw invalid(
      'the content-type of the form names no boundary',
      'let your HTTP library write that header',
    );
  const fields = findFields(body, boundary);
  if (fields === undefined)
    throw invalid(
      'the form does not end with its boundary',
      'send it whole, with the boundary that its content-type names',
    );
  const [model, second] = fields.filter(({ name, isFile }) => name === 'model' && !isFile);
  if (second !== undefined) throw invalid('the form has more than one field "model"', 'send one');
  if (model === undefined || body.toString('utf8', model.start, model.end).trim() === '')
    throw invalid(
      'the form has no field "model"',
      'name a model as "provider/model"; GET /v1/models lists them',
    );
  return model;
}

function findInput(body: WireObject): Bound {
  return { references: boundTo(inputField, body[inputField]), sealed: [] };
}
