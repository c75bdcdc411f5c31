/**
 * The input of a responses request: replaces ids by the stored items, and finds what the vendor
 * refuses.
 */

import { isJsonObject, type JsonObject, toObjects, toText } from '../json-value.ts';
import { createNoAnswer } from '../refusals.ts';
import { isSealedFor } from './seal.ts';
import type { StoredResponses } from './stored-responses.ts';

/**
 * Returns all items of the conversation. Throws a `NoAnswer` that says why the vendor refuses it.
 */
export function readInputItems(
  body: JsonObject,
  kept: StoredResponses,
  key: string,
): readonly JsonObject[] {
  const { previous_response_id: previous, conversation } = body;
  const before = typeof previous === 'string' ? kept.findConversation(key, previous) : [];
  if (before === undefined)
    throw createNoAnswer(`Previous response with id '${previous}' not found.`, {
      code: 'previous_response_not_found',
    });
  const conversationId = toText(isJsonObject(conversation) ? conversation['id'] : conversation);
  if (conversationId !== undefined && !kept.ownsConversation(key, conversationId))
    throw createNoAnswer(`Conversation with id '${conversationId}' not found.`, { status: 404 });
  const items = [
    ...before,
    ...listItems(body['input']).map((item) => resolveItem(item, kept, key)),
  ];
  requireMatchingCalls(items);
  return items;
}

function listItems(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return toObjects(input);
}

function resolveItem(item: JsonObject, kept: StoredResponses, key: string): JsonObject {
  const id = toText(item['id']);
  const sealed = item['encrypted_content'] ?? undefined;
  if (sealed !== undefined && !isSealedFor(sealed, key))
    throw createNoAnswer(
      `The encrypted content ${String(sealed).slice(0, 8)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      { code: 'invalid_encrypted_content' },
    );
  const isNamed = isReference(item) || item['type'] === 'reasoning';
  if (sealed !== undefined || !isNamed || id === undefined) return item;
  const found = kept.findItem(key, id);
  if (found !== undefined) return found;
  throw createNoAnswer(
    `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    { status: 404 },
  );
}

/** An item without a type is a reference too, unless it has a role: then it is a message. */
function isReference(item: JsonObject): boolean {
  const { type, role } = item;
  return type === 'item_reference' || ((type ?? null) === null && role === undefined);
}

/** Each output must follow its call, and each call must have its output. */
function requireMatchingCalls(items: readonly JsonObject[]): void {
  const called = idsOf(items, /^(function|custom_tool)_call$/);
  const answered = idsOf(items, /^(function|custom_tool)_call_output$/);
  const stray = answered.find((id) => !called.includes(id));
  if (stray !== undefined)
    throw createNoAnswer(`No tool call found for function call output with call_id ${stray}.`);
  const open = called.find((id) => !answered.includes(id));
  if (open !== undefined) throw createNoAnswer(`No tool output found for function call ${open}.`);
}

function idsOf(items: readonly JsonObject[], type: RegExp): readonly string[] {
  return items
    .filter((item) => type.test(toText(item['type']) ?? ''))
    .map((item) => toText(item['call_id']) ?? '');
}
