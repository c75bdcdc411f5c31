/** What the simulated provider reads of a chat request; all else is ignored. */

import { isJsonObject, type JsonObject, toItems, toText } from '../json-value.ts';
import { isInstruction, type OfferedTool, type Prompt, type ToolWish } from '../prompt.ts';

/** A chat request: the prompt, and what else it asks of the answer's form. */
export interface ChatRequest extends Prompt {
  readonly includesUsage: boolean;
}

/** The request, or what is wrong with it. */
export function readChatRequest(body: unknown): ChatRequest | string {
  if (!isJsonObject(body)) return 'We could not parse the JSON body of your request.';
  const model = toText(body['model']);
  if (model === undefined || model === '') return 'you must provide a model parameter';
  const messages = toItems(body['messages']).filter(isJsonObject);
  if (messages.length === 0) return "Missing required parameter: 'messages'.";
  const turns = messages.filter((message) => !isInstruction(readRole(message)));
  const tail = turns.slice(-2).map((message) => ({ role: readRole(message), text: readContent(message) }));
  const user = messages.findLast((message) => message['role'] === 'user');
  return {
    model,
    streams: body['stream'] === true,
    includesUsage: isJsonObject(body['stream_options']) && body['stream_options']['include_usage'] === true,
    lastRole: tail.at(-1)?.role ?? 'user',
    prompt: user ? readContent(user) : '',
    tail,
    tools: toItems(body['tools']).flatMap(readTool),
    toolWish: readToolWish(body['tool_choice']),
    answerSchema: readAnswerSchema(body['response_format']),
    tokenLimit: readLimit(body),
    wantsTitle: messages.some(
      (message) => isInstruction(readRole(message)) && asksForTitle(readContent(message)),
    ),
  };
}

function asksForTitle(text: string): boolean {
  return /\b(generate|write|output|create)\b.{0,60}\btitle\b/i.test(text.slice(0, 300));
}

function readRole(message: JsonObject): string {
  return toText(message['role']) ?? 'user';
}

function readContent(message: JsonObject): string {
  const content = message['content'];
  if (typeof content === 'string') return content;
  return toItems(content)
    .map((part) => (isJsonObject(part) ? (toText(part['text']) ?? '') : ''))
    .join('');
}

function readTool(tool: unknown): readonly OfferedTool[] {
  const definition = isJsonObject(tool) ? tool['function'] : undefined;
  const name = isJsonObject(definition) ? toText(definition['name']) : undefined;
  return isJsonObject(definition) && name !== undefined ? [{ name, schema: definition['parameters'] }] : [];
}

function readToolWish(choice: unknown): ToolWish {
  if (choice === 'none' || choice === 'required') return choice;
  const named = isJsonObject(choice) ? choice['function'] : undefined;
  const name = isJsonObject(named) ? toText(named['name']) : undefined;
  if (name !== undefined) return { name };
  return isJsonObject(choice) ? 'required' : 'auto';
}

function readAnswerSchema(format: unknown): unknown {
  if (!isJsonObject(format)) return undefined;
  if (format['type'] === 'json_object') return { type: 'object', properties: { answer: { type: 'string' } } };
  const described = format['json_schema'];
  return isJsonObject(described) ? described['schema'] : undefined;
}

function readLimit(body: JsonObject): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof limit === 'number' && limit > 0 ? limit : Number.POSITIVE_INFINITY;
}
