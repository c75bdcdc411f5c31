/** The input of a tool call, which wire formats write as text or as an object. */

import { isRecord, type WireObject } from '../is-record.ts';
import type { NeutralPart, ToolOutput, ToolResult } from '../neutral.ts';

/** An object, whatever the model wrote: what is none stands under `input`. */
export function parseToolInput(text: string): WireObject {
  const parsed = text === '' ? '' : parseOrText(text);
  if (isRecord(parsed)) return parsed;
  return parsed === '' ? {} : { input: parsed };
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
    return JSON.parse(text);
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
