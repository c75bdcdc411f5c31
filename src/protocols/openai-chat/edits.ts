/**
 * Changes an `openai-chat` body for a target: its roles, the signatures of its calls, its reasoning
 * effort. Pure.
 */

import type { StrictRoles } from '../../model/target.ts';
import { speakerOfRole } from '../body/fold-roles.ts';
import {
  foldTurns,
  hasWords,
  isPlainText,
  joinTextParts,
  partsOfContent,
  type RolesForm,
} from '../body/strict-roles.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { isRecord, listIn, mapParts, type WireObject } from '../json/is-record.ts';
import { isDropped, unsignedCall } from '../translation/sealed.ts';
import { namesOfCall } from './bound.ts';

export const chatEdits: BodyEditing = {
  conversation: ['messages'],
  foldRoles: ({ messages }, roles) =>
    Array.isArray(messages) ? { messages: foldChat(messages, roles) } : { messages },
  dropSealed: (body, names) => mapCalls(body, (call) => dropSignature(call, names)),
  mapCalls,
  isToolResult: ({ role }) => role === 'tool',
  effort: { field: 'reasoning_effort', write: (_before, effort) => effort },
};

const form: RolesForm = {
  speakerOf: ({ role, tool_calls: calls }) =>
    role === 'assistant' && listIn(calls).length > 0 ? 'call' : speakerOfRole(role),
  textType: 'text',
  contentField: () => 'content',
};

export function foldChat(turns: readonly unknown[], roles: StrictRoles): readonly WireObject[] {
  const { lead, turns: folded } = foldTurns(turns, { form, roles });
  return [...toLead(lead, 'system'), ...folded];
}

/** For a target that accepts system messages anywhere: joins only the leading ones. */
export function joinLead(turns: readonly WireObject[], role: string): readonly WireObject[] {
  const end = turns.findIndex((turn) => form.speakerOf(turn) !== 'system');
  const count = end < 0 ? turns.length : end;
  const parts = turns
    .slice(0, count)
    .flatMap(({ content }) => partsOfContent(content, form.textType));
  return [...toLead(parts, role), ...turns.slice(count)];
}

/** Uses parts only if one has more than text, such as a cache mark. */
function toLead(parts: readonly WireObject[], role: string): readonly WireObject[] {
  const said = parts.filter(hasWords);
  if (said.length === 0) return [];
  return [{ role, content: said.every(isPlainText) ? joinTextParts(said) : said }];
}

function mapCalls(body: WireObject, change: (call: WireObject) => WireObject): WireObject {
  return mapParts(body, ['messages', 'tool_calls'], change);
}

/** A call that had a signature of Google's needs a replacement. */
function dropSignature(call: WireObject, names: ReadonlySet<string> | undefined): WireObject {
  if (!isDropped(namesOfCall(call), names)) return call;
  const { extra_content: extra, ...rest } = call;
  const wasSigned = isRecord(extra) && 'google' in extra;
  return wasSigned
    ? { ...rest, extra_content: { google: { thought_signature: unsignedCall } } }
    : rest;
}
