/** Applies a target's edits to a parsed body: data of eight kinds that make a request fit another vendor. */

import { assertNever } from '../../errors.ts';
import type { Edit } from '../../model/target.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { readNumber } from '../json/written-json.ts';
import { billingMark, dropBillingLine } from '../translation/billing-line.ts';
import { foldRoles } from './fold-roles.ts';
import { repairHistory } from './repair-history.ts';

/** True when one of these edits would change a body with these top-level keys. */
export function isEditDue(
  edits: readonly Edit[],
  keys: Pick<ReadonlySet<string>, 'has'>,
  has: (text: string) => boolean,
): boolean {
  return edits.some((edit) => {
    if (edit.kind === 'default') return !keys.has(edit.field);
    if (edit.kind === 'history' || edit.kind === 'roles') return true;
    if (edit.kind === 'billing-line') return has(billingMark);
    if (edit.kind === 'role') return has(`"${edit.from}"`);
    return keys.has(outerOf(edit.field));
  });
}

/** A body with every edit applied, in order; the one handed in stays as it is. */
export function applyEdits(body: WireObject, edits: readonly Edit[]): WireObject {
  return edits.reduce(applyEdit, body);
}

function applyEdit(body: WireObject, edit: Edit): WireObject {
  switch (edit.kind) {
    case 'rename':
      return rename(body, edit.field, edit.to);
    case 'drop':
      return within(body, edit.field, (part, field) => without(part, field));
    case 'clamp':
      return within(body, edit.field, (part, field) => clamp(part, { ...edit, field }));
    case 'default':
      return edit.field in body ? body : { ...body, [edit.field]: edit.value };
    case 'role':
      return { ...body, messages: renameRole(body['messages'], edit.from, edit.to) };
    case 'billing-line':
      return dropBillingLine(body);
    case 'roles':
      return foldRoles(body, edit.form, edit.roles);
    case 'history':
      return edit.repairs.reduce(repairHistory, body);
    default:
      return assertNever(edit);
  }
}

/** The field at the top: all of a name without a dot. */
export function outerOf(field: string): string {
  return field.split('.', 1)[0] ?? field;
}

/** `generationConfig.maxOutputTokens` stands within the first of the two. */
function within(
  body: WireObject,
  field: string,
  edit: (part: WireObject, field: string) => WireObject,
): WireObject {
  const outer = outerOf(field);
  if (outer === field) return edit(body, field);
  const part = body[outer];
  return isRecord(part) ? { ...body, [outer]: edit(part, field.slice(outer.length + 1)) } : body;
}

/** What stands under the new name already wins: the client wrote it for this vendor. */
function rename(body: WireObject, from: string, to: string): WireObject {
  if (!(from in body)) return body;
  return to in body ? without(body, from) : { ...without(body, from), [to]: body[from] };
}

function without(body: WireObject, field: string): WireObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== field));
}

function clamp(body: WireObject, edit: { field: string; min?: number; max?: number }): WireObject {
  const value = readNumber(body[edit.field]);
  if (value === undefined) return body;
  const low = edit.min ?? Number.NEGATIVE_INFINITY;
  const high = edit.max ?? Number.POSITIVE_INFINITY;
  const clamped = Math.min(high, Math.max(low, value));
  return clamped === value ? body : { ...body, [edit.field]: clamped };
}

function renameRole(messages: unknown, from: string, to: string): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) =>
    isRecord(message) && message['role'] === from ? { ...message, role: to } : message,
  );
}
