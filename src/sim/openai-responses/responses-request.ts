/** What the simulated provider reads of a responses request. */

import { isJsonObject, type JsonObject, toItems, toObject, toText } from '../json-value.ts';
import {
  isInstruction,
  joinTexts,
  type Prompt,
  readTurns,
  type ToolWish,
  toAnswerSchema,
  toLimit,
  toTools,
} from '../prompt.ts';

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
export function createResponsesRequest(
  body: JsonObject,
  items: readonly JsonObject[],
): ResponsesRequest {
  const turns = items.filter(
    (item) => roleOfInput(item) !== '' && !isInstruction(roleOfInput(item)),
  );
  const tools = toItems(body['tools']).filter(isJsonObject);
  const format = toObject(toObject(body['text'])['format']);
  const { effort = 'none' } = toObject(body['reasoning']);
  const isStored = body['store'] !== false;
  return {
    body,
    items,
    model: toText(body['model']) ?? '',
    streams: body['stream'] === true,
    ...readTurns(turns, roleOfInput, ({ content, output }) => joinTexts(content ?? output)),
    tools: toTools(tools),
    toolWish: readToolWish(body['tool_choice']),
    answerSchema: toAnswerSchema(format, format['schema']),
    tokenLimit: toLimit(body['max_output_tokens']),
    thinks: effort !== null && effort !== 'none',
    isStored,
    wantsSealed: !isStored || toItems(body['include']).includes('reasoning.encrypted_content'),
    customTools: new Set(
      tools.flatMap(({ type, name }) => (type === 'custom' ? [toText(name) ?? ''] : [])),
    ),
  };
}

/** Empty for an item that nobody says. */
function roleOfInput({ type, role }: JsonObject): string {
  return /_call_output$/.test(toText(type) ?? '') ? 'tool' : (toText(role) ?? '');
}

function readToolWish(choice: unknown): ToolWish {
  if (choice === 'none' || choice === 'required') return choice;
  const name = toText(toObject(choice)['name']);
  return name === undefined ? 'auto' : { name };
}
