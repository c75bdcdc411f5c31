/**
 * Adapts a conversation that includes answers of another model, so that an agent that fell back in
 * the middle of a tool loop can return to its primary. Works on the `messages` of a parsed body;
 * unexpected shapes stay as they are.
 */

import { createHash } from 'node:crypto';
import { assertNever } from '../../errors.ts';
import type { HistoryRepair } from '../../model/target.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { isRecord, listIn, mapRecords, type WireObject } from '../json/is-record.ts';

/** Message fields and content block types in which vendors send reasoning. */
const reasoningFields = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking'];
const reasoningBlocks = ['thinking', 'redacted_thinking', 'reasoning'];

/** The fields that a repair reads or sets. */
export function repairedFields(
  repair: HistoryRepair,
  { conversation }: BodyEditing,
): readonly string[] {
  return repair.kind === 'thinking-off' ? [...conversation, repair.field] : conversation;
}

export function repairHistory(
  body: WireObject,
  repair: HistoryRepair,
  editing: BodyEditing,
): WireObject {
  switch (repair.kind) {
    case 'fill-reasoning':
      return mapRecords(body, 'messages', (message) => fillReasoning(message, repair));
    case 'drop-reasoning':
      return withoutEmptied(body, mapRecords(body, 'messages', dropReasoning));
    case 'drop-sealed':
      return editing.dropSealed(body, repair.names && new Set(repair.names));
    case 'tool-ids':
      return mapRecords(body, 'messages', (message) => mapToolIds(message, repair.length));
    case 'sign-tool-calls':
      return editing.mapCalls?.(body, (call) => setDeep(call, repair.path, repair.value)) ?? body;
    case 'thinking-off':
      return repair.inToolLoop === true &&
        !(repair.field in body && endsWithToolResult(body, editing))
        ? body
        : { ...body, [repair.field]: repair.value };
    default:
      return assertNever(repair);
  }
}

function fillReasoning(
  message: WireObject,
  { field, value }: { field: string; value: string },
): WireObject {
  if (message['role'] !== 'assistant') return message;
  const present = message[field];
  return typeof present === 'string' && present !== '' ? message : { ...message, [field]: value };
}

function dropReasoning(message: WireObject): WireObject {
  const kept = Object.entries(message).filter(([field]) => !reasoningFields.includes(field));
  return mapRecords(Object.fromEntries(kept), 'content', (block) =>
    reasoningBlocks.includes(String(block['type'])) ? [] : block,
  );
}

/** Drops a message that contained only reasoning: vendors refuse empty ones. */
function withoutEmptied(before: WireObject, after: WireObject): WireObject {
  const had = listIn(before['messages']);
  const has = listIn(after['messages']);
  if (had.length === 0) return after;
  return {
    ...after,
    messages: has.filter((message, index) => !isEmpty(message) || isEmpty(had[index])),
  };
}

function isEmpty(message: unknown): boolean {
  const content: unknown = isRecord(message) ? message['content'] : undefined;
  return Array.isArray(content) && content.length === 0;
}

export function endsWithToolResult(
  body: WireObject,
  { conversation, isToolResult }: Pick<BodyEditing, 'conversation' | 'isToolResult'>,
): boolean {
  const last = listIn(body[conversation[0]]).at(-1);
  return isRecord(last) && isToolResult(last);
}

/** Equal ids of calls and results stay equal. */
function mapToolIds(message: WireObject, length: number): WireObject {
  const own = message['tool_call_id'];
  const renamed =
    typeof own === 'string' ? { ...message, tool_call_id: toToolId(own, length) } : message;
  return mapRecords(renamed, 'tool_calls', (call) =>
    typeof call['id'] === 'string' ? { ...call, id: toToolId(call['id'], length) } : call,
  );
}

function toToolId(id: string, length: number): string {
  if (id.length === length && /^[a-z0-9]+$/i.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, length);
}

/** Does not overwrite an existing value. */
function setDeep(
  object: WireObject,
  [field, ...rest]: readonly string[],
  value: unknown,
): WireObject {
  if (field === undefined) return object;
  const present = object[field];
  if (rest.length === 0) return present === undefined ? { ...object, [field]: value } : object;
  return { ...object, [field]: setDeep(isRecord(present) ? present : {}, rest, value) };
}
