/** The input of a responses request: what the vendor already has is put in place of its ids, and what it refuses is found. */

import type { SimRefusal } from '../fault.ts';
import { isJsonObject, type JsonObject, toItems, toText } from '../json-value.ts';
import type { KeptResponses } from './kept-responses.ts';
import { isSealedFor } from './seal.ts';

/** All items of the conversation, or why the vendor refuses it. */
export function readInput(
  body: JsonObject,
  kept: KeptResponses,
  key: string,
): readonly JsonObject[] | SimRefusal {
  const { previous_response_id: previous, conversation } = body;
  const before = typeof previous === 'string' ? kept.findResponse(key, previous) : [];
  if (before === undefined) return previousNotFound(String(previous));
  const conversationId = toText(isJsonObject(conversation) ? conversation['id'] : conversation);
  if (conversationId !== undefined && !kept.ownsConversation(key, conversationId))
    return notFound(`Conversation with id '${conversationId}' not found.`);
  const items: JsonObject[] = [...before];
  for (const item of listItems(body['input'])) {
    const own = resolveItem(item, kept, key);
    if (isRefusal(own)) return own;
    items.push(own);
  }
  return findCallFault(items) ?? items;
}

export function isRefusal(value: JsonObject | readonly JsonObject[] | SimRefusal): value is SimRefusal {
  return !Array.isArray(value) && 'status' in value && typeof value.status === 'number';
}

function listItems(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return toItems(input).filter(isJsonObject);
}

function resolveItem(item: JsonObject, kept: KeptResponses, key: string): JsonObject | SimRefusal {
  const id = toText(item['id']);
  const sealed = item['encrypted_content'];
  if (sealed !== undefined && sealed !== null)
    return isSealedFor(sealed, key) ? item : notVerified(String(sealed));
  if (!(isReference(item) || item['type'] === 'reasoning') || id === undefined) return item;
  return kept.findItem(key, id) ?? itemNotFound(id);
}

/** Without a type it is one too, or a message, which has a role. */
function isReference(item: JsonObject): boolean {
  const { type, role } = item;
  return type === 'item_reference' || ((type ?? null) === null && role === undefined);
}

/** Every output follows its call, and every call has its output. */
function findCallFault(items: readonly JsonObject[]): SimRefusal | undefined {
  const called = idsOf(items, /^(function|custom_tool)_call$/);
  const answered = idsOf(items, /^(function|custom_tool)_call_output$/);
  const stray = answered.find((id) => !called.includes(id));
  if (stray !== undefined)
    return badInput(`No tool call found for function call output with call_id ${stray}.`);
  const open = called.find((id) => !answered.includes(id));
  return open === undefined ? undefined : badInput(`No tool output found for function call ${open}.`);
}

function idsOf(items: readonly JsonObject[], type: RegExp): readonly string[] {
  return items
    .filter((item) => type.test(toText(item['type']) ?? ''))
    .map((item) => toText(item['call_id']) ?? '');
}

function previousNotFound(id: string): SimRefusal {
  return {
    ...badInput(`Previous response with id '${id}' not found.`),
    code: 'previous_response_not_found',
  };
}

function itemNotFound(id: string): SimRefusal {
  return notFound(
    `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
  );
}

function notVerified(content: string): SimRefusal {
  return {
    ...badInput(
      `The encrypted content ${content.slice(0, 8)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    ),
    code: 'invalid_encrypted_content',
  };
}

function notFound(message: string): SimRefusal {
  return { ...badInput(message), status: 404 };
}

function badInput(message: string): SimRefusal {
  return { status: 400, type: 'invalid_request_error', code: null, message };
}
