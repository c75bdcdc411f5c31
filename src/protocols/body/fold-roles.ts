/**
 * Serves protocols that have a field of their own for the system prompt, in folding a conversation
 * for a strict reader. Pure.
 */

import type { StrictRoles } from '../../model/target.ts';
import { listIn, type WireObject } from '../json/is-record.ts';
import {
  foldTurns,
  isPlainText,
  joinTextParts,
  partsOfContent,
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

/** The fields of the turns and of the system prompt. */
interface BesideForm {
  readonly form: RolesForm;
  readonly turnsField: string;
  readonly systemField: string;
  /** The system prompt must be a text. Default: parts are allowed. */
  readonly isTextOnly?: true;
}

/** The existing system prompt comes first. It keeps its form if its content does not change. */
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
