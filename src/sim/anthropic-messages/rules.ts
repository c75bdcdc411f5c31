/** Requests that the vendor refuses with 400 before any model sees them, in its own words. */

import {
  isJsonObject,
  type JsonObject,
  toItems,
  toObject,
  toObjects,
  toText,
} from '../json-value.ts';
import { createNoAnswer, NoAnswer, noPrefill } from '../refusals.ts';
import { isEncryptedHere, sign } from './signature.ts';

/** Returns the content of a message, always as blocks. */
export function blocksOfMessage({ content }: JsonObject): readonly JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : toObjects(content);
}

/** The turns of the conversation. System messages between them do not count. */
export function withoutSystem(messages: readonly JsonObject[]): readonly JsonObject[] {
  return messages.filter(({ role }) => role !== 'system');
}

/** Throws `NoAnswer` if the vendor would refuse the request. */
export function requireGood(body: JsonObject): void {
  requireFields(body);
  requireThinkingRoom(body);
  const messages = toObjects(body['messages']);
  for (const [index, message] of messages.entries()) {
    requireRole(messages, index);
    requireBlocks(message, index);
    requireResults(messages, index);
  }
  requireTail(body, withoutSystem(messages));
}

/** True if the request asks for reasoning. */
export function asksThinking({ thinking }: JsonObject): boolean {
  return (
    isJsonObject(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive')
  );
}

function requireFields(body: JsonObject): void {
  const limit = body['max_tokens'];
  if (typeof body['model'] !== 'string' || body['model'] === '')
    throw createNoAnswer('model: Field required');
  if (limit === undefined) throw createNoAnswer('max_tokens: Field required');
  if (typeof limit !== 'number' || !(limit >= 1))
    throw createNoAnswer('max_tokens: must be greater than or equal to 1');
  if (toItems(body['messages']).length === 0)
    throw createNoAnswer('messages: at least one message is required');
}

function requireThinkingRoom({ thinking, max_tokens: limit }: JsonObject): void {
  const { type, budget_tokens: budget } = toObject(thinking);
  if (type !== 'enabled') return;
  if (typeof budget !== 'number' || budget < 1024)
    throw createNoAnswer(
      'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
    );
  if (typeof limit === 'number' && limit <= budget)
    throw createNoAnswer('`max_tokens` must be greater than `thinking.budget_tokens`');
}

function requireRole(messages: readonly JsonObject[], index: number): void {
  const [before, role, after] = [index - 1, index, index + 1].map((at) => messages[at]?.['role']);
  // Claude Code describes its environment this way, and models since Opus 4.8 accept it. The words
  // are ours, the allowed places are Anthropic's:
  // https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages, read
  // 2026-11.
  if (role === 'system' && (before !== 'user' || (after ?? 'assistant') !== 'assistant'))
    throw createNoAnswer(
      `messages.${index}: a system message must follow a user message and come last or before an assistant message`,
    );
  if (role !== 'system' && role !== 'user' && role !== 'assistant')
    throw createNoAnswer(`messages.${index}.role: Input should be 'user' or 'assistant'`);
  if (index === 0 && role === 'assistant')
    throw createNoAnswer('messages: first message must use the "user" role');
}

function requireBlocks(message: JsonObject, index: number): void {
  for (const [at, { type, text, thinking, signature, data }] of blocksOfMessage(
    message,
  ).entries()) {
    const place = `messages.${index}.content.${at}`;
    if (type === 'text' && text === '')
      throw createNoAnswer('messages: text content blocks must be non-empty');
    if (type === 'thinking' && signature !== sign(toText(thinking) ?? ''))
      throw createNoAnswer(`${place}: Invalid \`signature\` in \`thinking\` block`);
    if (type === 'redacted_thinking' && !isEncryptedHere(data))
      throw createNoAnswer(
        `${place}: Invalid \`data\` in \`redacted_thinking\` block. Invalid \`signature\` in \`thinking\` block`,
      );
  }
}

/** Each call must be followed by its result, and each result must follow its call. */
function requireResults(messages: readonly JsonObject[], index: number): void {
  const own = messages[index];
  const results = idsOf(own, 'tool_result', 'tool_use_id');
  const called = idsOf(messages[index - 1], 'tool_use', 'id');
  const stray = results.find((id) => !called.includes(id));
  if (stray !== undefined)
    throw createNoAnswer(
      `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  const answered = idsOf(messages[index + 1], 'tool_result', 'tool_use_id');
  const open = idsOf(own, 'tool_use', 'id').filter((id) => !answered.includes(id));
  if (open.length > 0)
    throw createNoAnswer(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
}

function idsOf(message: JsonObject | undefined, type: string, field: string): readonly string[] {
  if (message === undefined) return [];
  return blocksOfMessage(message).flatMap((block) =>
    block['type'] === type ? [toText(block[field]) ?? ''] : [],
  );
}

function requireTail(body: JsonObject, messages: readonly JsonObject[]): void {
  const last = messages.at(-1);
  if (last?.['role'] === 'assistant') requirePrefill(body, last);
  else if (last !== undefined && asksThinking(body)) requireThoughtsOfLoop(messages, last);
}

function requirePrefill(body: JsonObject, last: JsonObject): void {
  if (asksThinking(body) || refusesPrefill(toText(body['model']) ?? ''))
    throw new NoAnswer(noPrefill);
  if (/\s$/.test(toText(blocksOfMessage(last).at(-1)?.['text']) ?? ''))
    throw createNoAnswer('messages: final assistant content cannot end with trailing whitespace');
}

/** Inside a tool loop, reasoning may be requested only if it was there from the start. */
function requireThoughtsOfLoop(messages: readonly JsonObject[], last: JsonObject): void {
  const found = toText(blocksOfMessage(messages.at(-2) ?? {})[0]?.['type']);
  const isLoop = idsOf(last, 'tool_result', 'tool_use_id').length > 0;
  if (isLoop && found !== 'thinking' && found !== 'redacted_thinking')
    throw createNoAnswer(
      `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
    );
}

/** The vendor's models from 4.6 on, recognised by name. */
function refusesPrefill(model: string): boolean {
  return /^claude-[a-z]+-(4-[6-9]|[5-9])/.test(model);
}
