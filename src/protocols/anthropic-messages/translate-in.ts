/**
 * Reads an `anthropic-messages` request into neutral words (translate leg), for a target of another
 * protocol.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { bearMark, readCacheMark } from '../translation/cache-marks.ts';
import {
  cannotCarry,
  type FieldRules,
  isWished,
  notCarried,
  vendorTool,
} from '../translation/field-fates.ts';
import type {
  NeutralOptions,
  NeutralRequest,
  NeutralTool,
  ReasoningEffort,
} from '../translation/neutral.ts';
import { readWire } from '../translation/parse-wire.ts';
import { effortOf, noteEffort, parseEffort } from '../translation/reasoning-effort.ts';
import { createTool } from '../translation/text-tools.ts';
import { decodeMessages, decodeSystem } from './messages-in.ts';
import { type MessagesBody, type MessagesTool, messagesBody } from './wire.ts';

export const messagesRules: FieldRules = {
  refused: { container: isWished, mcp_servers: isWished },
  idle: { service_tier: 'auto' },
};

/** Throws a `RequestError` (400) that names what another protocol cannot express. */
export function decodeMessagesRequest(body: WireObject): NeutralRequest {
  const { read, notes } = readWire(messagesBody, body, messagesRules);
  const { tools, left } = decodeTools(read);
  return compact({
    options: decodeOptions(read, tools),
    reasoning: decodeReasoning(read),
    parallelTools: isOneAtATime(read.tool_choice) ? false : undefined,
    cacheMark: readCacheMark(read.cache_control),
    continuesAnswer: read.messages.at(-1)?.role === 'assistant' ? true : undefined,
    notes: [
      ...notes,
      ...listIdleEffort(read),
      ...noteEffort('output_config.effort', read.output_config?.effort),
      ...notCarried(left.map(vendorTool)),
    ],
  });
}

function decodeOptions(body: MessagesBody, tools: NeutralTool[]): NeutralOptions {
  const format = body.output_config?.format ?? body.output_format;
  return compact({
    prompt: [...decodeSystem(body.system), ...decodeMessages(body.messages)],
    maxOutputTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stopSequences: body.stop_sequences,
    responseFormat: format == null ? undefined : { type: 'json' as const, schema: format.schema },
    tools: tools.length === 0 ? undefined : tools,
    toolChoice: decodeToolChoice(body.tool_choice),
  });
}

/** Leaves out tools that the vendor runs or has built in, if the model may do without them. */
function decodeTools({ tools, tool_choice: choice }: MessagesBody): {
  readonly tools: NeutralTool[];
  readonly left: readonly string[];
} {
  const all = tools ?? [];
  const own = all.filter(isPlain);
  const left = all.filter((tool) => !isPlain(tool)).map(({ name }) => name);
  const isForced =
    choice?.type === 'any' || (choice?.type === 'tool' && left.includes(choice.name));
  if (left[0] !== undefined && (own.length === 0 || isForced))
    throw cannotCarry(vendorTool(left[0]));
  return {
    tools: own.map((tool) => ({
      ...createTool(tool, tool.input_schema),
      ...bearMark(tool.cache_control),
    })),
    left,
  };
}

function isPlain({ type, input_schema: schema }: MessagesTool): boolean {
  return (type == null || type === 'custom') && schema != null;
}

function decodeToolChoice(choice: MessagesBody['tool_choice']): NeutralOptions['toolChoice'] {
  if (choice == null) return undefined;
  if (choice.type === 'tool') return { type: 'tool', toolName: choice.name };
  return { type: choice.type === 'any' ? 'required' : choice.type };
}

function isOneAtATime(choice: MessagesBody['tool_choice']): boolean {
  return choice != null && choice.type !== 'none' && choice.disable_parallel_tool_use === true;
}

/** Other protocols use effort only for reasoning. */
function listIdleEffort(body: MessagesBody): readonly string[] {
  const isIdle = body.output_config?.effort != null && decodeReasoning(body) === undefined;
  return isIdle ? notCarried(['output_config.effort without thinking']) : [];
}

/** No thinking is the default here, and not every other vendor can express it. */
function decodeReasoning({
  thinking,
  output_config: config,
}: MessagesBody): ReasoningEffort | undefined {
  if (thinking == null || thinking.type === 'disabled') return undefined;
  const effort = parseEffort(config?.effort);
  if (effort !== undefined) return effort;
  const budget = thinking.budget_tokens;
  return budget == null ? 'medium' : effortOf(budget);
}
