/** What the simulated provider reads of a messages request. */

import { isJsonObject, type JsonObject, toItems, toText } from '../json-value.ts';
import type { OfferedTool, Prompt, ToolWish } from '../prompt.ts';
import { asksThinking, findFault, toBlocks, withoutSystem } from './rules.ts';

/** A messages request: the prompt, and what else it asks of the answer's form. */
export interface MessagesRequest extends Prompt {
  /** Something in it is to be kept for later requests. */
  readonly isCached: boolean;
}

/** The request, or what is wrong with it. */
export function readMessagesRequest(body: unknown): MessagesRequest | string {
  if (!isJsonObject(body)) return 'The request body is not valid JSON.';
  const fault = findFault(body);
  if (fault !== undefined) return fault;
  const messages = withoutSystem(toItems(body['messages']).filter(isJsonObject));
  const tail = messages
    .slice(-2)
    .map((message) => ({ role: toText(message['role']) ?? 'user', text: textOf(message) }));
  const user = messages.findLast((message) => message['role'] === 'user');
  const limit = body['max_tokens'];
  return {
    model: toText(body['model']) ?? '',
    streams: body['stream'] === true,
    lastRole: hasToolResult(messages.at(-1)) ? 'tool' : (tail.at(-1)?.role ?? 'user'),
    prompt: user === undefined ? '' : textOf(user),
    tail,
    tools: toItems(body['tools']).flatMap(readTool),
    toolWish: readToolWish(body['tool_choice']),
    answerSchema: readAnswerSchema(body),
    tokenLimit: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    thinks: asksThinking(body),
    isCached: JSON.stringify(body).includes('"cache_control":{'),
  };
}

/** Whether the conversation ends with the assistant's own words. */
export function endsWithAssistant(body: unknown): boolean {
  const last = isJsonObject(body) ? toItems(body['messages']).at(-1) : undefined;
  return isJsonObject(last) && last['role'] === 'assistant';
}

function textOf(message: JsonObject): string {
  return toBlocks(message)
    .map((block) => (block['type'] === 'text' ? (toText(block['text']) ?? '') : ''))
    .join('');
}

function hasToolResult(message: JsonObject | undefined): boolean {
  return message !== undefined && toBlocks(message).some((block) => block['type'] === 'tool_result');
}

function readTool(tool: unknown): readonly OfferedTool[] {
  const name = isJsonObject(tool) ? toText(tool['name']) : undefined;
  return isJsonObject(tool) && name !== undefined ? [{ name, schema: tool['input_schema'] }] : [];
}

function readToolWish(choice: unknown): ToolWish {
  if (!isJsonObject(choice)) return 'auto';
  const name = toText(choice['name']);
  if (choice['type'] === 'tool' && name !== undefined) return { name };
  if (choice['type'] === 'none') return 'none';
  return choice['type'] === 'any' ? 'required' : 'auto';
}

function readAnswerSchema(body: JsonObject): unknown {
  const config = body['output_config'];
  const format = (isJsonObject(config) ? config['format'] : undefined) ?? body['output_format'];
  return isJsonObject(format) ? format['schema'] : undefined;
}
