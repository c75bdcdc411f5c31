/** Reads a chat request, as far as the simulated provider uses it. */

import {
  isJsonObject,
  type JsonObject,
  toItems,
  toObject,
  toObjects,
  toText,
} from '../json-value.ts';
import {
  isInstruction,
  joinTexts,
  modelInBody,
  type Prompt,
  readTurns,
  type ToolWish,
  toAnswerSchema,
  toLimit,
  toTools,
} from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';

/** The prompt, and what else the request says about the answer's form. */
export interface ChatRequest extends Prompt {
  readonly includesUsage: boolean;
}

/** Throws a `NoAnswer` that says what is wrong with the request. */
export function readChatRequest(body: unknown): ChatRequest {
  if (!isJsonObject(body))
    throw createNoAnswer('We could not parse the JSON body of your request.');
  const model = modelInBody(body);
  if (model === undefined || model === '')
    throw createNoAnswer('you must provide a model parameter');
  const messages = toObjects(body['messages']);
  if (messages.length === 0) throw createNoAnswer("Missing required parameter: 'messages'.");
  const format = toObject(body['response_format']);
  const limit = toLimit(body['max_completion_tokens'] ?? body['max_tokens']);
  return {
    model,
    streams: body['stream'] === true,
    includesUsage: toObject(body['stream_options'])['include_usage'] === true,
    ...readTurns(turnsOf(messages), readRole, joinContentTexts),
    tools: toTools(toItems(body['tools']).map((tool) => toObject(tool)['function'])),
    toolWish: readToolWish(body['tool_choice']),
    answerSchema: toAnswerSchema(format, toObject(format['json_schema'])['schema']),
    tokenLimit: limit > 0 ? limit : Number.POSITIVE_INFINITY,
    wantsTitle: messages.some(
      (message) => isInstruction(readRole(message)) && asksForTitle(joinContentTexts(message)),
    ),
  };
}

/** The messages that are not instructions. */
export function turnsOf(messages: readonly unknown[]): readonly JsonObject[] {
  return messages.filter(isJsonObject).filter((message) => !isInstruction(readRole(message)));
}

function asksForTitle(text: string): boolean {
  return /\b(generate|write|output|create)\b.{0,60}\btitle\b/i.test(text.slice(0, 300));
}

function readRole(message: JsonObject): string {
  return toText(message['role']) ?? 'user';
}

function joinContentTexts(message: JsonObject): string {
  return joinTexts(message['content']);
}

function readToolWish(choice: unknown): ToolWish {
  if (choice === 'none' || choice === 'required') return choice;
  const name = toText(toObject(toObject(choice)['function'])['name']);
  if (name !== undefined) return { name };
  return isJsonObject(choice) ? 'required' : 'auto';
}
