/**
 * What shapes a simulated answer, whichever protocol the request came in, and what the readers of
 * all protocols share.
 */

import { type JsonObject, toItems, toObject, toText } from './json-value.ts';

/** A function the client offers. */
export interface OfferedTool {
  readonly name: string;
  readonly schema: unknown;
}

/** How much the client wants a tool called: not, if it fits, some tool, or this one. */
export type ToolWish = 'none' | 'auto' | 'required' | { readonly name: string };

/** A request in the parts that shape its answer. */
export interface Prompt {
  readonly model: string;
  readonly streams: boolean;
  readonly lastRole: string;
  /** Text of the last user message. */
  readonly prompt: string;
  /** Text of the last message and the one before it, where an unfinished answer may stand. */
  readonly tail: readonly { readonly role: string; readonly text: string }[];
  readonly tools: readonly OfferedTool[];
  readonly toolWish: ToolWish;
  /** The schema that the answer is to fit; nothing for plain text. */
  readonly answerSchema: unknown;
  readonly tokenLimit: number;
  /** A system message asks for a title. Default: nobody looked. */
  readonly wantsTitle?: boolean;
  /** The client asked for reasoning. */
  readonly thinks?: boolean;
}

/**
 * An instruction is no turn of the conversation, wherever it stands: the turn before it is what is
 * answered.
 */
export function isInstruction(role: string | undefined): boolean {
  return role === 'system' || role === 'developer';
}

/** What of the turns of a conversation shapes the answer. */
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

/** The model that a body names. */
export function modelInBody(body: unknown): string | undefined {
  return toText(toObject(body)['model']);
}

/** Whether a conversation ends with words of this role's. */
export function endsWith(role: string, turns: unknown): boolean {
  return toObject(toItems(turns).at(-1))['role'] === role;
}

/** Content that is a text, or parts that may have one. */
export function joinTexts(content: unknown): string {
  if (typeof content === 'string') return content;
  return toItems(content)
    .map((part) => toText(toObject(part)['text']) ?? '')
    .join('');
}

/** Each vendor has a word of its own for the schema. */
export function toTools(definitions: readonly unknown[]): readonly OfferedTool[] {
  return definitions.map(toObject).flatMap((one) => {
    const name = toText(one['name']);
    const schema = one['parametersJsonSchema'] ?? one['parameters'] ?? one['input_schema'];
    return name === undefined ? [] : [{ name, schema }];
  });
}

/** The schema that OpenAI's formats ask for: the one that is described, or that of every object. */
export function toAnswerSchema(format: JsonObject, described: unknown): unknown {
  const isAny = format['type'] === 'json_object';
  return isAny ? { type: 'object', properties: { answer: { type: 'string' } } } : described;
}

export function toLimit(limit: unknown): number {
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}
