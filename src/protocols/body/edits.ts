/**
 * Applies a target's edits to a body: ten kinds of data that adapt a request to another vendor.
 */

import { assertNever } from '../../errors.ts';
import type { Edit, HistoryRepair, Target } from '../../model/target.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { isRecord, mapRecords, type WireObject } from '../json/is-record.ts';
import { readNumber } from '../json/written-json.ts';
import type { EditedBody } from './edited-body.ts';
import { repairedFields, repairHistory } from './repair-history.ts';

/** A body as far as an edit must look to see whether it would change it. */
interface LookedAt {
  readonly has: (field: string) => boolean;
  readonly includes: (text: string) => boolean;
}

/** True if this edit would change the body. `own` has the protocol's own edits. */
export function isEditDue(edit: Edit, { has, includes }: LookedAt, own: BodyEditing): boolean {
  switch (edit.kind) {
    case 'set-if-absent':
      return !has(edit.field);
    case 'history':
    case 'roles':
      return true;
    case 'drop-beta':
      return false; // stands in a header
    case 'drop-in-marks':
      return includes('"cache_control"');
    case 'billing-line':
      return own.billingLine !== undefined && includes(own.billingLine.mark);
    case 'role':
      return includes(`"${edit.from}"`);
    default:
      return has(outerOf(edit.field));
  }
}

/**
 * Applies the target's fields and edits in order, and sets its model. `own` has the protocol's own
 * edits.
 */
export function applyTarget(body: EditedBody, target: EditedFor, own: BodyEditing): void {
  const { reasoningEffort: effort, extraBody = {}, bodyEdits, model } = target;
  if (effort !== undefined && own.effort !== undefined)
    body.set(own.effort.field, own.effort.write(body.read(own.effort.field), effort));
  for (const [field, value] of Object.entries(extraBody)) body.set(field, value);
  for (const edit of bodyEdits) applyEdit(body, edit, own);
  nameModel(body, model, own);
}

type EditedFor = Pick<Target, 'reasoningEffort' | 'extraBody' | 'bodyEdits' | 'model'>;

/** Sets the top-level field, or, if the path names the model, the requests within the body. */
function nameModel(body: EditedBody, model: string, { requests }: BodyEditing): void {
  if (requests === undefined) {
    body.set('model', model);
    return;
  }
  const name = (request: unknown): unknown =>
    isRecord(request) ? requests.nameModel(request, model) : request;
  for (const field of requests.fields) {
    const held = body.read(field);
    if (held !== undefined) body.set(field, Array.isArray(held) ? held.map(name) : name(held));
  }
}

function applyEdit(body: EditedBody, edit: Edit, own: BodyEditing): void {
  switch (edit.kind) {
    case 'rename':
      rename(body, edit.field, edit.to);
      return;
    case 'drop':
      drop(body, edit.field);
      return;
    case 'clamp':
      clamp(body, edit);
      return;
    case 'set-if-absent':
      if (!body.has(edit.field)) body.set(edit.field, edit.value);
      return;
    case 'role':
      body.change(['messages'], (part) => renameRole(part, edit));
      return;
    case 'drop-beta':
      return;
    case 'drop-in-marks':
      body.change(markedFields, (part) => dropInMarks(part, edit.field));
      return;
    case 'billing-line':
      dropBillingLine(body, own);
      return;
    case 'roles':
      body.change(own.conversation, (part) => own.foldRoles?.(part, edit.roles) ?? part);
      return;
    case 'history':
      repairAll(body, edit.repairs, own);
      return;
    default:
      assertNever(edit);
  }
}

function dropBillingLine(body: EditedBody, { conversation, billingLine }: BodyEditing): void {
  if (billingLine !== undefined) body.change(conversation, billingLine.drop);
}

function renameRole(part: WireObject, { from, to }: Extract<Edit, { kind: 'role' }>): WireObject {
  return mapRecords(part, 'messages', (message) =>
    message['role'] === from ? { ...message, role: to } : message,
  );
}

function repairAll(body: EditedBody, repairs: readonly HistoryRepair[], own: BodyEditing): void {
  for (const repair of repairs)
    body.change(repairedFields(repair, own), (part) => repairHistory(part, repair, own));
}

/** Returns the part before the first dot. */
export function outerOf(field: string): string {
  return field.split('.', 1)[0] ?? field;
}

/** An existing value under the new name wins: the client wrote it for this vendor. */
function rename(body: EditedBody, from: string, to: string): void {
  if (body.has(to)) body.drop(from);
  else if (body.has(from)) body.rename(from, to);
}

/** A field at the top is not parsed. */
function drop(body: EditedBody, field: string): void {
  if (outerOf(field) === field) body.drop(field);
  else changeField(body, field, () => undefined);
}

function clamp(body: EditedBody, edit: Extract<Edit, { kind: 'clamp' }>): void {
  const { field, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = edit;
  changeField(body, field, (value) => {
    const number = readNumber(value);
    if (number === undefined || (number >= min && number <= max)) return value;
    return Math.min(max, Math.max(min, number));
  });
}

/**
 * Changes an existing field; undefined removes it. It may be nested:
 * `generationConfig.maxOutputTokens` is in the object `generationConfig`.
 */
function changeField(body: EditedBody, field: string, change: (value: unknown) => unknown): void {
  const outer = outerOf(field);
  const held = body.read(outer);
  if (outer === field) {
    if (body.has(field)) body.set(field, change(held));
    return;
  }
  const inner = field.slice(outer.length + 1);
  if (!isRecord(held) || !(inner in held)) return;
  const value = change(held[inner]);
  const { [inner]: before, ...rest } = held;
  if (value !== before) body.set(outer, value === undefined ? rest : { ...held, [inner]: value });
}

const mark = 'cache_control';
const markedLists = ['system', 'tools', 'messages'];
const markedFields: readonly string[] = [mark, ...markedLists];

/**
 * Removes the field of every cache mark of a request, wherever marks may stand. Tool calls and
 * schemas are the client's own data: nothing is looked for in them.
 */
function dropInMarks(request: WireObject, field: string): WireObject {
  const clean = (block: WireObject): WireObject =>
    mapRecords(cleanOwn(block, field), 'content', clean);
  return markedLists.reduce(
    (part, list) => mapRecords(part, list, clean),
    cleanOwn(request, field),
  );
}

function cleanOwn(block: WireObject, field: string): WireObject {
  const marked = block[mark];
  if (!isRecord(marked) || !Object.hasOwn(marked, field)) return block;
  const { [field]: _, ...rest } = marked;
  return { ...block, [mark]: rest };
}
