/** What the vendor refuses with 400 before any model reads it, in its own words. */

import { isJsonObject, type JsonObject, toItems, toText } from '../json-value.ts';
import { isEncryptedHere, sign } from './signature.ts';

/** The content of a message, always as blocks. */
export function toBlocks(message: JsonObject): readonly JsonObject[] {
  const { content } = message;
  return typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : toItems(content).filter(isJsonObject);
}

/** The turns of the conversation: a system message between them is none. */
export function withoutSystem(messages: readonly JsonObject[]): readonly JsonObject[] {
  return messages.filter(({ role }) => role !== 'system');
}

/** What is wrong with a request that the vendor would refuse; nothing when it is good. */
export function findFault(body: JsonObject): string | undefined {
  return findMissing(body) ?? findThinkingFault(body) ?? findMessageFault(body);
}

/** True where reasoning was asked for. */
export function asksThinking({ thinking }: JsonObject): boolean {
  return isJsonObject(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive');
}

function findMissing(body: JsonObject): string | undefined {
  const limit = body['max_tokens'];
  if (typeof body['model'] !== 'string' || body['model'] === '') return 'model: Field required';
  if (limit === undefined) return 'max_tokens: Field required';
  if (typeof limit !== 'number' || !(limit >= 1)) return 'max_tokens: must be greater than or equal to 1';
  if (toItems(body['messages']).length === 0) return 'messages: at least one message is required';
  return undefined;
}

function findThinkingFault(body: JsonObject): string | undefined {
  const { thinking, max_tokens: limit } = body;
  if (!isJsonObject(thinking) || thinking['type'] !== 'enabled') return undefined;
  const budget = thinking['budget_tokens'];
  if (typeof budget !== 'number' || budget < 1024)
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  return typeof limit === 'number' && limit <= budget
    ? '`max_tokens` must be greater than `thinking.budget_tokens`'
    : undefined;
}

function findMessageFault(body: JsonObject): string | undefined {
  const messages = toItems(body['messages']).filter(isJsonObject);
  for (const [index, message] of messages.entries()) {
    const fault =
      findRoleFault(messages, index) ?? findBlockFault(message, index) ?? findToolFault(messages, index);
    if (fault !== undefined) return fault;
  }
  return findTailFault(body, withoutSystem(messages));
}

function findRoleFault(messages: readonly JsonObject[], index: number): string | undefined {
  const role = messages[index]?.['role'];
  if (role === 'system') return findSystemFault(messages, index);
  if (role !== 'user' && role !== 'assistant')
    return `messages.${index}.role: Input should be 'user' or 'assistant'`;
  return index === 0 && role === 'assistant' ? 'messages: first message must use the "user" role' : undefined;
}

// Claude Code tells its environment so. The places are Anthropic's (July 2026), the words are ours.
function findSystemFault(messages: readonly JsonObject[], index: number): string | undefined {
  const [before, after] = [messages[index - 1]?.['role'], messages[index + 1]?.['role'] ?? 'assistant'];
  return before === 'user' && after === 'assistant'
    ? undefined
    : `messages.${index}: a system message must follow a user message and come last or before an assistant message`;
}

function findBlockFault(message: JsonObject, index: number): string | undefined {
  for (const [at, block] of toBlocks(message).entries()) {
    const place = `messages.${index}.content.${at}`;
    if (block['type'] === 'text' && toText(block['text']) === '')
      return 'messages: text content blocks must be non-empty';
    if (block['type'] === 'thinking' && block['signature'] !== sign(toText(block['thinking']) ?? ''))
      return `${place}: Invalid \`signature\` in \`thinking\` block`;
    if (block['type'] === 'redacted_thinking' && !isEncryptedHere(block['data']))
      return `${place}: Invalid \`data\` in \`redacted_thinking\` block. Invalid \`signature\` in \`thinking\` block`;
  }
  return undefined;
}

/** Every call is followed by its result, and every result follows its call. */
function findToolFault(messages: readonly JsonObject[], index: number): string | undefined {
  const own = messages[index];
  if (own === undefined) return undefined;
  const results = idsOf(own, 'tool_result', 'tool_use_id');
  const called = idsOf(messages[index - 1], 'tool_use', 'id');
  const stray = results.find((id) => !called.includes(id));
  if (stray !== undefined)
    return `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
  const answered = idsOf(messages[index + 1], 'tool_result', 'tool_use_id');
  const open = idsOf(own, 'tool_use', 'id').filter((id) => !answered.includes(id));
  if (open.length > 0)
    return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  return undefined;
}

function idsOf(message: JsonObject | undefined, type: string, field: string): readonly string[] {
  if (message === undefined) return [];
  return toBlocks(message).flatMap((block) => (block['type'] === type ? [toText(block[field]) ?? ''] : []));
}

function findTailFault(body: JsonObject, messages: readonly JsonObject[]): string | undefined {
  const last = messages.at(-1);
  if (last === undefined) return undefined;
  if (last['role'] === 'assistant') return findPrefillFault(body, last);
  return asksThinking(body) ? findLoopFault(messages, last) : undefined;
}

function findPrefillFault(body: JsonObject, last: JsonObject): string | undefined {
  if (asksThinking(body) || refusesPrefill(toText(body['model']) ?? ''))
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  return /\s$/.test(toText(toBlocks(last).at(-1)?.['text']) ?? '')
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}

/** Inside a tool loop, reasoning that was asked for must have been there from the start. */
function findLoopFault(messages: readonly JsonObject[], last: JsonObject): string | undefined {
  const calling = messages.at(-2);
  const isLoop = idsOf(last, 'tool_result', 'tool_use_id').length > 0;
  const found = calling === undefined ? undefined : toText(toBlocks(calling)[0]?.['type']);
  if (!isLoop || found === 'thinking' || found === 'redacted_thinking') return undefined;
  return `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
}

/** The vendor's models from 4.6 on, by their names. */
function refusesPrefill(model: string): boolean {
  return /^claude-[a-z]+-(4-[6-9]|[5-9])/.test(model);
}
