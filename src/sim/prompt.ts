/**
 * The parts of a request that shape its simulated answer, in any protocol, and helpers that all
 * protocols' readers share.
 */

import { type JsonObject, toItems, toObject, toText } from './json-value.ts';

export interface OfferedTool {
  readonly name: string;
  readonly schema: unknown;
}

/** Says whether the client wants a tool call: none, optional, any tool, or this one. */
export type ToolWish = 'none' | 'auto' | 'required' | { readonly name: string };

export interface Prompt {
  readonly model: string;
  readonly streams: boolean;
  readonly lastRole: string;
  /** Is the text of the last user message. */
  readonly prompt: string;
  /** Text of the last two messages, which may contain an unfinished answer. */
  readonly tail: readonly { readonly role: string; readonly text: string }[];
  readonly tools: readonly OfferedTool[];
  readonly toolWish: ToolWish;
  /** Is the JSON schema of the answer; undefined for plain text. */
  readonly answerSchema: unknown;
  readonly tokenLimit: number;
  /** A system message asks for a title. Default: unknown. */
  readonly wantsTitle?: boolean;
  /** The client asked for reasoning. */
  readonly thinks?: boolean;
}

/**
 * An instruction is not a turn of the conversation, wherever it stands: the answer is to the turn
 * before it.
 */
export function isInstruction(role: string | undefined): boolean {
  return role === 'system' || role === 'developer';
}

export function readTurns(
  turns: readonly JsonObject[],
  roleOf: (turn: JsonObject) => string,
  textOf: (turn: JsonObject) => string,
): Pick<Prompt, 'lastRole' | 'prompt' | 'tail'> {
  const tail = turns.slice(-2).map((turn) => ({ role: roleOf(turn), text: textOf(turn) }));
  const user = turns.findLast((turn) => roleOf(turn) === 'user');
  return {
    lastRole: tail.at(-1)?.role ?? 'user',
    prompt: user === undefined ? '' : textOf(user),
    tail,
  };
}

export function modelInBody(body: unknown): string | undefined {
  return toText(toObject(body)['model']);
}

/** True if the last turn of the conversation has this role. */
export function endsWith(role: string, turns: unknown): boolean {
  return toObject(toItems(turns).at(-1))['role'] === role;
}

/** Content is a text, or parts that may have one. */
export function joinTexts(content: unknown): string {
  if (typeof content === 'string') return content;
  return toItems(content)
    .map((part) => toText(toObject(part)['text']) ?? '')
    .join('');
}

/** Each vendor has its own name for the schema's field. */
export function toTools(definitions: readonly unknown[]): readonly OfferedTool[] {
  return definitions.map(toObject).flatMap((one) => {
    const name = toText(one['name']);
    const schema = one['parametersJsonSchema'] ?? one['parameters'] ?? one['input_schema'];
    return name === undefined ? [] : [{ name, schema }];
  });
}

/**
 * Returns the given schema of OpenAI's formats, or for `json_object` one that fits every object.
 */
export function toAnswerSchema(format: JsonObject, described: unknown): unknown {
  const isAny = format['type'] === 'json_object';
  return isAny ? { type: 'object', properties: { answer: { type: 'string' } } } : described;
}

export function toLimit(limit: unknown): number {
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}
