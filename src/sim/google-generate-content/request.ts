/** Reads a generateContent request, and refuses what the vendor refuses. */

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

/** Fields of a body: the vendor refuses any other. */
const known = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'cachedContent',
  'labels',
]);

/** A signature made here, or the value with which the vendor accepts calls of other models. */
const goodSignature =
  /^(sim-|skip_thought_signature_validator$|context_engineering_is_the_way_to_go$)/;

/** Throws a `NoAnswer` that says what is wrong with the request. */
export function readGenerateRequest(body: unknown, model: string, streams: boolean): Prompt {
  if (!isJsonObject(body)) throw createNoAnswer('Invalid JSON payload received.');
  const contents = toObjects(body['contents']);
  requireGood(body, contents);
  const config = toObject(body['generationConfig']);
  return {
    model,
    streams,
    ...readTurns(contents, roleOfTurn, joinTurnTexts),
    tools: toTools(
      toItems(body['tools']).flatMap((tool) => toItems(toObject(tool)['functionDeclarations'])),
    ),
    toolWish: readToolWish(body),
    answerSchema: config['responseJsonSchema'] ?? config['responseSchema'],
    tokenLimit: toLimit(config['maxOutputTokens']),
    thinks: toObject(config['thinkingConfig'])['includeThoughts'] === true,
  };
}

function requireGood(body: JsonObject, contents: readonly JsonObject[]): void {
  const odd = Object.keys(body).find((field) => !known.has(field));
  if (odd !== undefined)
    throw createNoAnswer(
      `Invalid JSON payload received. Unknown name "${odd}": Cannot find field.`,
    );
  if (contents.length === 0)
    throw createNoAnswer('* GenerateContentRequest.contents: contents is not specified');
  for (const [index, turn] of contents.entries()) requireGoodTurn(turn, contents[index - 1]);
}

/**
 * Uses the vendor's words, from issues of google-gemini/gemini-cli and
 * https://ai.google.dev/gemini-api/docs/thought-signatures.
 */
function requireGoodTurn(turn: JsonObject, before: JsonObject | undefined): void {
  const { role } = turn;
  if (role !== 'user' && role !== 'model' && role !== undefined)
    throw createNoAnswer('Please use a valid role: user, model.');
  if (partsOf(turn).length === 0)
    throw createNoAnswer(
      '* GenerateContentRequest.contents.parts: contents.parts must not be empty.',
    );
  const [call] = partsOf(turn).filter((part) => 'functionCall' in part);
  const signature = toText(call?.['thoughtSignature']);
  if (call !== undefined && signature === undefined)
    throw createNoAnswer(
      'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly.',
    );
  if (signature !== undefined && !goodSignature.test(signature))
    throw createNoAnswer('Corrupted thought signature.');
  const results = countParts(turn, 'functionResponse');
  if (results > 0 && results !== countParts(before, 'functionCall'))
    throw createNoAnswer(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
}

function countParts(turn: JsonObject | undefined, field: string): number {
  return turn === undefined ? 0 : partsOf(turn).filter((part) => field in part).length;
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return toObjects(parts);
}

function roleOfTurn(turn: JsonObject): string {
  if (countParts(turn, 'functionResponse') > 0) return 'tool';
  return turn['role'] === 'model' ? 'assistant' : 'user';
}

function joinTurnTexts(turn: JsonObject): string {
  return partsOf(turn)
    .map(({ text, thought }) => (thought === true ? '' : (toText(text) ?? '')))
    .join('');
}

function readToolWish(body: JsonObject): ToolWish {
  const { mode, allowedFunctionNames: allowed } = toObject(
    toObject(body['toolConfig'])['functionCallingConfig'],
  );
  const name = toText(toItems(allowed)[0]);
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  return name === undefined ? 'required' : { name };
}
