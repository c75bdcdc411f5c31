/**
 * Sets the marks of the vendor's prompt cache in an `anthropic-messages` body: the client's, or
 * ours. Pure.
 */

import type { CacheMarks, PromptParts } from '../contract/cache-marks.ts';
import { mapParts, mapRecords, recordsIn, type WireObject } from '../json/is-record.ts';

/**
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11: the vendor
 * refuses more.
 */
const mostMarks = 4;

/**
 * Keeps the last marks up to the vendor's limit, since the next request of a conversation starts
 * with the same blocks.
 */
export function limitMarks(body: WireObject): WireObject {
  const most = mostMarks - (body['cache_control'] === undefined ? 0 : 1);
  let left = countMarks(body);
  if (left <= most) return body;
  return mapBlocks(body, (block) => {
    if (!isMarked(block)) return block;
    left -= 1;
    if (left < most) return block;
    const { cache_control: _, ...plain } = block;
    return plain;
  });
}

/** True if the client has said itself where a cache ends. */
function hasMarks(body: WireObject): boolean {
  return body['cache_control'] !== undefined || countMarks(body) > 0;
}

/** Removes all marks, for a server that does not support them. */
export function withoutMarks(body: WireObject): WireObject {
  const { cache_control: _, ...plain } = body;
  if (countMarks(plain) === 0) return plain;
  return mapBlocks(plain, ({ cache_control: __, ...block }) => block);
}

/** The last user turn but one was the last of the request before this one. */
function markTurns(body: WireObject, count: number): WireObject {
  const { turns, users } = readPrompt(body);
  const marked = users.slice(-count);
  const messages = turns.map((message, index) =>
    marked.includes(index) ? markLastBlock(message, 'content') : message,
  );
  return { ...body, messages };
}

function markLastBlock(holder: WireObject, field: string): WireObject {
  const blocks = recordsIn(holder[field]);
  const last = blocks.at(-1);
  if (last === undefined) return holder;
  const marked = { ...last, cache_control: { type: 'ephemeral' } };
  return { ...holder, [field]: [...blocks.slice(0, -1), marked] };
}

function isMarked(block: WireObject): boolean {
  return block['cache_control'] !== undefined;
}

function countMarks({ tools, system, messages }: WireObject): number {
  const within = recordsIn(messages).flatMap(({ content }) => recordsIn(content));
  return [...recordsIn(tools), ...recordsIn(system), ...within].filter(isMarked).length;
}

/** Maps every block that may have a mark, in the order in which the vendor reads them. */
function mapBlocks(body: WireObject, change: (block: WireObject) => WireObject): WireObject {
  const own = mapRecords(mapRecords(body, 'tools', change), 'system', change);
  return mapParts(own, ['messages', 'content'], change);
}

function readPrompt({ tools, system, messages, tool_choice: choice }: WireObject): PromptParts {
  const turns = recordsIn(messages);
  const type: unknown = Object(choice).type;
  return {
    lead: [tools, system],
    turns,
    users: turns.flatMap(({ role }, index) => (role === 'user' ? [index] : [])),
    isTalk: turns.some(({ role }) => role === 'assistant'),
    hasTools: recordsIn(tools).length > 0,
    isToolForced: type === 'any' || type === 'tool',
  };
}

export const messagesCacheMarks: CacheMarks = {
  hasMarks,
  markSystem: (body) => markLastBlock(body, 'system'),
  markTurns,
  readPrompt,
};
