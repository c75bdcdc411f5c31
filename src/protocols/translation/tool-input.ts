/**
 * The input of a tool call, which wire formats send as text or as an object. In between it is text:
 * text is passed on unchanged, and numbers in an object keep their spelling.
 */

import { parseOwnWords } from '../json/exact-json.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import type {
  NeutralMessage,
  NeutralPart,
  ToolContent,
  ToolOutput,
  ToolResult,
  UserContent,
} from './neutral.ts';

/** Always an object: another value is put under `input`. */
export function parseToolInput(text: string): WireObject {
  const parsed = text === '' ? '' : parseOrText(text);
  if (isRecord(parsed)) return parsed;
  return parsed === '' ? {} : { input: parsed };
}

/**
 * Converts the input of an earlier call to neutral text, unchanged if it was a text that contains
 * an object.
 */
export function toInputText(input: unknown): string {
  if (typeof input === 'string')
    return isRecord(parseOrText(input)) ? input : JSON.stringify(parseToolInput(input));
  const isNothing = input === undefined || input === null;
  return JSON.stringify(isNothing || isRecord(input) ? (input ?? {}) : { input });
}

/** Returns that text again; the AI SDK supplies objects. */
export function inputTextOf({ input }: { readonly input: unknown }): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {});
}

/** Returns the parts that complete a call. */
export function tellCallEnd(id: string, toolName: string, input: string): readonly NeutralPart[] {
  return [
    { type: 'tool-input-end', id },
    { type: 'tool-call', toolCallId: id, toolName, input },
  ];
}

function parseOrText(text: string): unknown {
  try {
    return parseOwnWords(text);
  } catch {
    return text; // the model wrote an incomplete call, or no JSON
  }
}

/** Puts tool results first: they answer the previous calls, whatever else the user says. */
export function toUserTurn(results: ToolContent, said: UserContent): NeutralMessage[] {
  const turn: NeutralMessage[] = [];
  if (results.length > 0) turn.push({ role: 'tool', content: results });
  if (said.length > 0) turn.push({ role: 'user', content: said });
  return turn;
}

/** Reads a tool's result. Its tool's name comes from the earlier call. */
export function toResult(
  toolCallId: string,
  names: ReadonlyMap<string, string>,
  output: ToolOutput,
): ToolResult {
  return { type: 'tool-result', toolCallId, toolName: names.get(toolCallId) ?? 'unknown', output };
}
