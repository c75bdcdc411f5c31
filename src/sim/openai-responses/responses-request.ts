/** Reads a responses request, as far as the simulated provider uses it. */

import { type JsonObject, toItems, toObject, toObjects, toText } from '../json-value.ts';
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

/** The prompt, and what else the request says about the answer's form. */
export interface ResponsesRequest extends Prompt {
  /** Is the raw body: the answer repeats its settings. */
  readonly body: JsonObject;
  /** Includes the items of earlier responses. */
  readonly items: readonly JsonObject[];
  /** Later requests may refer to the answer. The vendor's default: true. */
  readonly isStored: boolean;
  /** The client wants encrypted reasoning. */
  readonly wantsSealed: boolean;
  /** Names of tools whose input is text instead of JSON. */
  readonly customTools: ReadonlySet<string>;
}

/** `items` are those of the whole conversation. */
export function createResponsesRequest(
  body: JsonObject,
  items: readonly JsonObject[],
): ResponsesRequest {
  const turns = items.filter(
    (item) => roleOfInput(item) !== '' && !isInstruction(roleOfInput(item)),
  );
  const tools = toObjects(body['tools']);
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

/** Returns an empty text for an item without a speaker. */
function roleOfInput({ type, role }: JsonObject): string {
  return /_call_output$/.test(toText(type) ?? '') ? 'tool' : (toText(role) ?? '');
}

function readToolWish(choice: unknown): ToolWish {
  if (choice === 'none' || choice === 'required') return choice;
  const name = toText(toObject(choice)['name']);
  return name === undefined ? 'auto' : { name };
}
