/** Reads a messages request, as far as the simulated provider uses it. */

import {
  isJsonObject,
  type JsonObject,
  toItems,
  toObject,
  toObjects,
  toText,
} from '../json-value.ts';
import { type Prompt, readTurns, type ToolWish, toLimit, toTools } from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';
import { type CachedTokens, requireFewMarks } from './kept-prefixes.ts';
import { asksThinking, blocksOfMessage, requireGood, withoutSystem } from './rules.ts';

/** The prompt, and what else the request says about the answer's form. */
export interface MessagesRequest extends Prompt {
  /** Counts the tokens that were in the cache. */
  readonly cached: CachedTokens;
}

const nothing: CachedTokens = { read: 0, written: 0 };

/** Throws a `NoAnswer` that says what is wrong with the request. */
export function readMessagesRequest(body: unknown): MessagesRequest {
  if (!isJsonObject(body)) throw createNoAnswer('The request body is not valid JSON.');
  requireGood(body);
  requireFewMarks(body);
  const messages = withoutSystem(toObjects(body['messages']));
  const turns = readTurns(messages, ({ role }) => toText(role) ?? 'user', joinBlockTexts);
  const format = toObject(body['output_config'])['format'] ?? body['output_format'];
  return {
    model: toText(body['model']) ?? '',
    streams: body['stream'] === true,
    ...turns,
    lastRole: hasToolResult(messages.at(-1)) ? 'tool' : turns.lastRole,
    tools: toTools(toItems(body['tools'])),
    toolWish: readToolWish(toObject(body['tool_choice'])),
    answerSchema: toObject(format)['schema'],
    tokenLimit: toLimit(body['max_tokens']),
    thinks: asksThinking(body),
    cached: nothing,
  };
}

function joinBlockTexts(message: JsonObject): string {
  return blocksOfMessage(message)
    .map((block) => (block['type'] === 'text' ? (toText(block['text']) ?? '') : ''))
    .join('');
}

function hasToolResult(message: JsonObject | undefined): boolean {
  return (
    message !== undefined &&
    blocksOfMessage(message).some((block) => block['type'] === 'tool_result')
  );
}

function readToolWish({ type, name }: JsonObject): ToolWish {
  if (type === 'tool' && typeof name === 'string') return { name };
  if (type === 'none') return 'none';
  return type === 'any' ? 'required' : 'auto';
}
