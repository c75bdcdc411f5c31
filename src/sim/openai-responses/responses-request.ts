/** What the simulated provider reads of a responses request. */

import { isJsonObject, type JsonObject, toItems, toText } from '../json-value.ts';
import { isInstruction, type OfferedTool, type Prompt, type ToolWish } from '../prompt.ts';

/** A responses request: the prompt, and what else it asks of the answer's form. */
export interface ResponsesRequest extends Prompt {
  /** As it came: the answer repeats its settings. */
  readonly body: JsonObject;
  /** All items of the conversation so far. */
  readonly items: readonly JsonObject[];
  /** The answer may be named by later requests. Default of the vendor: true. */
  readonly isStored: boolean;
  /** Reasoning is handed out encrypted. */
  readonly wantsSealed: boolean;
  /** Names of tools that take a text and no JSON. */
  readonly customTools: ReadonlySet<string>;
}

/** The request in the parts that shape its answer; `items` are those of the whole conversation. */
export function createResponsesRequest(body: JsonObject, items: readonly JsonObject[]): ResponsesRequest {
  const told = items.filter((item) => roleOf(item) !== undefined);
  const turns = told.filter((item) => !isInstruction(roleOf(item)));
  const tail = turns.slice(-2).map((item) => ({ role: roleOf(item) ?? 'user', text: textOf(item) }));
  const user = told.findLast((item) => roleOf(item) === 'user');
  const tools = toItems(body['tools']).filter(isJsonObject);
  const limit = body['max_output_tokens'];
  const isStored = body['store'] !== false;
  return {
    body,
    items,
    model: toText(body['model']) ?? '',
    streams: body['stream'] === true,
    lastRole: tail.at(-1)?.role ?? 'user',
    prompt: user === undefined ? '' : textOf(user),
    tail,
    tools: tools.flatMap(readTool),
    toolWish: readToolWish(body['tool_choice']),
    answerSchema: readAnswerSchema(body['text']),
    tokenLimit: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    thinks: asksReasoning(body['reasoning']),
    isStored,
    wantsSealed: !isStored || toItems(body['include']).includes('reasoning.encrypted_content'),
    customTools: new Set(
      tools.flatMap((tool) => (tool['type'] === 'custom' ? [toText(tool['name']) ?? ''] : [])),
    ),
  };
}

/** Whether the conversation ends with the assistant's own words. */
export function endsWithAssistant(body: unknown): boolean {
  const last = isJsonObject(body) ? toItems(body['input']).at(-1) : undefined;
  return isJsonObject(last) && last['role'] === 'assistant';
}

function roleOf(item: JsonObject): string | undefined {
  if (/_call_output$/.test(toText(item['type']) ?? '')) return 'tool';
  return toText(item['role']);
}

function textOf(item: JsonObject): string {
  const content = item['content'] ?? item['output'];
  if (typeof content === 'string') return content;
  return toItems(content)
    .map((part) => (isJsonObject(part) ? (toText(part['text']) ?? '') : ''))
    .join('');
}

function readTool(tool: JsonObject): readonly OfferedTool[] {
  const name = toText(tool['name']);
  return name === undefined ? [] : [{ name, schema: tool['parameters'] }];
}

function readToolWish(choice: unknown): ToolWish {
  if (choice === 'none' || choice === 'required') return choice;
  const name = isJsonObject(choice) ? toText(choice['name']) : undefined;
  return name === undefined ? 'auto' : { name };
}

function readAnswerSchema(text: unknown): unknown {
  const format = isJsonObject(text) ? text['format'] : undefined;
  if (!isJsonObject(format)) return undefined;
  if (format['type'] === 'json_object') return { type: 'object', properties: { answer: { type: 'string' } } };
  return format['schema'];
}

function asksReasoning(reasoning: unknown): boolean {
  const effort = isJsonObject(reasoning) ? reasoning['effort'] : undefined;
  return effort !== undefined && effort !== null && effort !== 'none';
}
