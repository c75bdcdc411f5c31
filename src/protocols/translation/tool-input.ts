/**
 * The input of a tool call, which wire formats write as text or as an object. Between them it is
 * text: what a format writes as text crosses as it came, and in an object every number stays as it
 * was written.
 */

import { parseOwnWords } from '../json/exact-json.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import type { NeutralPart, ToolOutput, ToolResult } from './neutral.ts';

/** An object, whatever the model wrote: what is none stands under `input`. */
export function parseToolInput(text: string): WireObject {
  const parsed = text === '' ? '' : parseOrText(text);
  if (isRecord(parsed)) return parsed;
  return parsed === '' ? {} : { input: parsed };
}

/**
 * The input of an earlier call, as text or as an object, in neutral words: a text that holds an
 * object, the very same where it came as one.
 */
export function toInputText(input: unknown): string {
  if (typeof input === 'string')
    return isRecord(parseOrText(input)) ? input : JSON.stringify(parseToolInput(input));
  const isNothing = input === undefined || input === null;
  return JSON.stringify(isNothing || isRecord(input) ? (input ?? {}) : { input });
}

/** That text again. The AI SDK hands over objects. */
export function inputTextOf({ input }: { readonly input: unknown }): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {});
}

/** What tells that a call is whole. */
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
    return text; // a model that wrote half a call, or no JSON
  }
}

/** What a tool has said. The result does not say which tool it is of: the calls before do. */
export function toResult(
  toolCallId: string,
  names: ReadonlyMap<string, string>,
  output: ToolOutput,
): ToolResult {
  return { type: 'tool-result', toolCallId, toolName: names.get(toolCallId) ?? 'unknown', output };
}
