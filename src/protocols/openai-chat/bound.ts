/** What of an `openai-chat` request or answer is bound to the account that made it: files, and audio that is named again. */

import { refer } from '../bound-reference.ts';
import { isRecord, type WireObject } from '../is-record.ts';
import type { Bound, BoundReference } from '../protocol.ts';
import { createWordList } from '../scan.ts';

/** Words below the top level, one of which stands in every body in which something is bound. */
export const boundWords = createWordList(['file_id', 'audio']);

export function findBound({ messages }: WireObject): Bound {
  const all = Array.isArray(messages) ? messages.filter(isRecord) : [];
  return { references: all.flatMap(referTo), sealed: [] };
}

/** The audio of an answer, which the next request names instead of sending it back. */
export function namesOfMessage(message: unknown): readonly string[] {
  const audio = isRecord(message) ? message['audio'] : undefined;
  return isRecord(audio) && typeof audio['id'] === 'string' ? [audio['id']] : [];
}

function referTo(message: WireObject): readonly BoundReference[] {
  const { content } = message;
  const parts = Array.isArray(content) ? content.filter(isRecord) : [];
  return [
    ...namesOfMessage(message).flatMap((id) => refer('audio', id)),
    ...parts.flatMap(({ file }) => (isRecord(file) ? refer('file_id', file['file_id']) : [])),
  ];
}
