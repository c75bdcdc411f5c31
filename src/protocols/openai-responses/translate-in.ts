/**
 * Reads an `openai-responses` request into neutral words (translate leg), for a target of another
 * protocol.
 */

import { boundTo } from '../body/bound-reference.ts';
import { compact } from '../json/compact.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import {
  cannotCarry,
  type FieldRules,
  isWished,
  notCarried,
  vendorTool,
} from '../translation/field-fates.ts';
import type { NeutralOptions, NeutralRequest, NeutralTool } from '../translation/neutral.ts';
import { readWire } from '../translation/parse-wire.ts';
import { noteEffort, parseEffort } from '../translation/reasoning-effort.ts';
import { createTextTool, createTool } from '../translation/text-tools.ts';
import { isItemReference } from './bound.ts';
import { decodeInput } from './items-in.ts';
import { type ResponsesBody, type ResponsesTool, responsesBody } from './wire.ts';

export const responsesRules: FieldRules = {
  refused: {
    previous_response_id: isWished,
    conversation: isWished,
    prompt: isWished,
    background: isWished,
    top_logprobs: isWished,
    // Other included data is the vendor's own; without it the answer is complete.
    include: (value) => Array.isArray(value) && value.includes('message.output_text.logprobs'),
  },
  idle: { store: false, truncation: 'disabled', service_tier: 'auto' },
};

/** Throws a `RequestError` (400) that names what another protocol cannot express. */
export function decodeResponsesRequest(body: WireObject): NeutralRequest {
  requireNoReference(body);
  const { read, notes } = readWire(responsesBody, body, responsesRules);
  const { tools, textTools, left } = decodeTools(read);
  return compact({
    options: decodeOptions(read, tools),
    reasoning: parseEffort(read.reasoning?.effort),
    parallelTools: read.parallel_tool_calls,
    strictFormat: readStrict(read),
    textTools: textTools.length === 0 ? undefined : textTools,
    notes: [
      ...notes,
      ...noteEffort('reasoning.effort', read.reasoning?.effort),
      ...notCarried(left.map(vendorTool)),
    ],
  });
}

/** Only the account that stores an item knows its content. */
function requireNoReference({ input }: WireObject): void {
  const items: readonly unknown[] = Array.isArray(input) ? input : [];
  for (const [index, item] of items.entries()) {
    if (!isRecord(item) || !isItemReference(item)) continue;
    const [named] = boundTo('item_reference', item['id']);
    throw cannotCarry(`input.${index}.id, ${named?.text ?? 'item_reference'},`);
  }
}

function decodeOptions(body: ResponsesBody, tools: NeutralTool[]): NeutralOptions {
  return compact({
    prompt: decodeInput(body),
    maxOutputTokens: body.max_output_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    responseFormat: decodeFormat(body),
    tools: tools.length === 0 ? undefined : tools,
    toolChoice: decodeToolChoice(body.tool_choice),
  });
}

function decodeFormat({ text }: ResponsesBody): NeutralOptions['responseFormat'] {
  const format = text?.format;
  if (format == null || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  return compact({
    type: 'json' as const,
    schema: format.schema,
    name: format.name,
    description: format.description,
  });
}

function readStrict({ text }: ResponsesBody): boolean | undefined {
  return text?.format?.type === 'json_schema' ? (text.format.strict ?? undefined) : undefined;
}

/** Leaves out tools that the vendor runs, if the model may do without them. */
function decodeTools({ tools, tool_choice: choice }: ResponsesBody): {
  readonly tools: NeutralTool[];
  readonly textTools: readonly string[];
  readonly left: readonly string[];
} {
  const all = tools ?? [];
  const left = all.flatMap((tool) => (isHostedTool(tool) ? [] : [tool.name ?? tool.type]));
  const own = all.filter(isHostedTool);
  if (left[0] !== undefined && (own.length === 0 || choice === 'required'))
    throw cannotCarry(vendorTool(left[0]));
  const textTools = own.flatMap(({ type, name }) =>
    type === 'custom' && name != null ? [name] : [],
  );
  return { tools: own.map(decodeTool), textTools, left };
}

function isHostedTool({ type, name }: ResponsesTool): boolean {
  return (type === 'function' || type === 'custom') && name != null;
}

/** Only in this protocol are functions strict by default. */
function decodeTool(tool: ResponsesTool): NeutralTool {
  const name = tool.name ?? '';
  const format = isRecord(tool.format) && tool.format['type'] === 'text' ? undefined : tool.format;
  if (tool.type === 'custom') return createTextTool(name, tool.description ?? '', format);
  return createTool({ ...tool, name, strict: tool.strict || undefined }, tool.parameters);
}

function decodeToolChoice(choice: ResponsesBody['tool_choice']): NeutralOptions['toolChoice'] {
  if (choice == null) return undefined;
  return typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.name };
}
