/** Finds the parts of `openai-responses` requests and answers that are bound to one account. */

import { boundTo } from '../body/bound-reference.ts';
import type { BodyForm } from '../body/read-body.ts';
import type { Bound, BoundReference } from '../contract/protocol.ts';
import { isRecord, recordsIn, textsIn, type WireObject } from '../json/is-record.ts';
import { createWordList } from '../json/scan.ts';
import { nameSealed, namesOfSeals } from '../translation/sealed.ts';

/**
 * Top-level fields and nested words; every body with something bound contains at least one of them.
 * Items have their name in `id`; deeper ids name data.
 */
export const bound: BodyForm['bound'] = {
  fields: ['previous_response_id', 'conversation'],
  words: createWordList(['encrypted_content', 'file_id', 'container'], ['id']),
  find: findBound,
};

export function findBound(body: WireObject): Bound {
  const { previous_response_id: previous, conversation, input, tools } = body;
  const items = recordsIn(input);
  const kept = isRecord(conversation) ? conversation['id'] : conversation;
  return {
    references: [
      ...boundTo('previous_response_id', previous),
      ...boundTo('conversation', kept),
      ...recordsIn(tools).flatMap(referToContainer),
      ...items.flatMap(referToItem),
    ],
    sealed: items.flatMap(namesOfReasoning),
  };
}

/** The names under which reasoning is remembered; empty for any other item. */
export function namesOfReasoning({
  type,
  id,
  encrypted_content: sealed,
}: WireObject): readonly string[] {
  if (type !== 'reasoning') return [];
  const names = namesOfSeals(sealed);
  return names.length > 0 ? names : textsIn(id);
}

/**
 * Names in a whole item of an answer. Ids count only if the provider stores them, since no later
 * request can use others. Called for every answer, hence plain loops.
 */
export function namesOfItem(item: WireObject, isKept: boolean): readonly string[] {
  const names: string[] = [];
  const { id, encrypted_content: sealed, container_id: container, content, output } = item;
  if (isKept) names.push(...textsIn(id));
  names.push(...namesOfSeals(sealed), ...textsIn(container));
  addAnnotated(names, content);
  addAnnotated(names, output);
  return names;
}

/** Names in a response object, apart from its items. */
export function namesOfResponse({ id, store, conversation }: WireObject): readonly string[] {
  const kept = isRecord(conversation) ? textsIn(conversation['id']) : [];
  return store === false ? kept : [...textsIn(id), ...kept];
}

function addAnnotated(names: string[], parts: unknown): void {
  for (const part of recordsIn(parts)) {
    for (const { file_id: file, container_id: container } of recordsIn(part['annotations']))
      names.push(...textsIn(file), ...textsIn(container));
  }
}

function referToContainer({ type, container }: WireObject): readonly BoundReference[] {
  return type === 'code_interpreter' ? boundTo('container', container) : [];
}

function referToItem(item: WireObject): readonly BoundReference[] {
  const { type, id, encrypted_content: sealed } = item;
  const files = partsOf(item).flatMap(({ file_id: file }) => boundTo('file_id', file));
  if (isItemReference(item)) return boundTo('item_reference', id);
  if (type === 'compaction' && typeof sealed === 'string')
    return [{ name: nameSealed(sealed), text: 'a compacted conversation' }];
  if (type === 'image_generation_call' && typeof item['result'] !== 'string')
    return boundTo('image_generation_call', id);
  return files;
}

/**
 * An item without a type is a reference too, unless it has a role: then it is a message.
 * https://platform.openai.com/docs/api-reference/responses/create
 */
export function isItemReference(item: WireObject): boolean {
  const { type } = item;
  if (type !== undefined && type !== null) return type === 'item_reference';
  return 'id' in item && !('role' in item);
}

function partsOf({ content, output }: WireObject): readonly WireObject[] {
  return [...recordsIn(content), ...recordsIn(output)];
}
