/**
 * Finds the parts of `openai-chat` requests and answers that are bound to one account: files, and
 * audio referred to by id.
 */

import { boundTo } from '../body/bound-reference.ts';
import type { BodyForm } from '../body/read-body.ts';
import type { Bound, BoundReference } from '../contract/protocol.ts';
import { isRecord, recordsIn, textsIn, type WireObject } from '../json/is-record.ts';
import { createWordList } from '../json/scan.ts';
import { namesOfSeals } from '../translation/sealed.ts';

/** Nested words; every body with something bound contains at least one of them. */
export const bound: BodyForm['bound'] = {
  fields: [],
  words: createWordList(['file_id', 'audio', 'thought_signature']),
  find: findBound,
};

export function findBound({ messages }: WireObject): Bound {
  const all = recordsIn(messages);
  return { references: all.flatMap(referTo), sealed: all.flatMap(namesOfCalls) };
}

/**
 * The names under which a tool call is remembered: Google's signature, and seals that we sent with
 * it.
 */
export function namesOfCall({ extra_content: extra }: WireObject): readonly string[] {
  const groups = isRecord(extra) ? [extra['google'], extra['holdfast']] : [];
  return groups.filter(isRecord).flatMap((group) => namesOfSeals(group['thought_signature']));
}

/**
 * Names in an answer: its audio, which the next request refers to by id, and the signatures of its
 * calls.
 */
export function namesOfMessage(message: WireObject): readonly string[] {
  return [...namesOfAudio(message), ...namesOfCalls(message)];
}

function namesOfAudio({ audio }: WireObject): readonly string[] {
  return isRecord(audio) ? textsIn(audio['id']) : [];
}

function namesOfCalls({ tool_calls: calls }: WireObject): readonly string[] {
  return recordsIn(calls).flatMap(namesOfCall);
}

function referTo(message: WireObject): readonly BoundReference[] {
  return [
    ...namesOfAudio(message).flatMap((id) => boundTo('audio', id)),
    ...recordsIn(message['content']).flatMap(({ file }) =>
      isRecord(file) ? boundTo('file_id', file['file_id']) : [],
    ),
  ];
}
