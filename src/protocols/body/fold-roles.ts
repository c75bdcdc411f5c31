/** What protocols have alike that fold their conversation for a strict reader. Pure. */

import type { StrictRoles } from '../../model/target.ts';
import { listIn, recordsIn, type WireObject } from '../json/is-record.ts';
import {
  foldTurns,
  isPlainText,
  joinTextParts,
  type RolesForm,
  type Speaker,
} from './strict-roles.ts';

const speakers: Readonly<Record<string, Speaker>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  tool: 'result',
  function: 'result',
  assistant: 'assistant',
};

export function speakerOfRole(role: unknown): Speaker {
  return (typeof role === 'string' ? speakers[role] : undefined) ?? 'other';
}

export function partsOfContent(content: unknown, type: string): readonly WireObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type, text: content }];
  return recordsIn(content);
}

/** Where a protocol has its turns, and beside them what the system says. */
interface BesideForm {
  readonly form: RolesForm;
  readonly turnsField: string;
  readonly systemField: string;
  /** What the system says can only be a text. Default: parts too. */
  readonly isTextOnly?: true;
}

/**
 * What stands there beside the conversation comes first. A place that said the same already stays
 * as it was written.
 */
export function foldBeside(body: WireObject, roles: StrictRoles, where: BesideForm): WireObject {
  const { form, turnsField, systemField } = where;
  if (!Array.isArray(body[turnsField])) return body;
  const before = partsOfContent(body[systemField], form.textType);
  const { lead, turns } = foldTurns(listIn(body[turnsField]), { form, roles, lead: before });
  const isSame =
    lead.length === before.length && lead.every((part, index) => part === before[index]);
  if (isSame) return { ...body, [turnsField]: turns };
  const { [systemField]: _, ...without } = body;
  if (lead.length === 0) return { ...without, [turnsField]: turns };
  const isText = where.isTextOnly === true || lead.every(isPlainText);
  return { ...body, [turnsField]: turns, [systemField]: isText ? joinTextParts(lead) : lead };
}
