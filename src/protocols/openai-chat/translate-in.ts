/**
 * Reads an `openai-chat` request into neutral words (translate leg), for a target of another
 * protocol.
 */

import { compact } from '../json/compact.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { bearMark, readCacheMark } from '../translation/cache-marks.ts';
import { cannotCarry, type FieldRules, isWished } from '../translation/field-fates.ts';
import type { NeutralOptions, NeutralRequest, NeutralTool } from '../translation/neutral.ts';
import { readWire } from '../translation/parse-wire.ts';
import { noteEffort, parseEffort } from '../translation/reasoning-effort.ts';
import { createTextTool, createTool } from '../translation/text-tools.ts';
import { decodeChatMessages } from './messages-in.ts';
import { type ChatBody, type ChatTool, chatBody } from './wire.ts';

export const chatRules: FieldRules = {
  refused: {
    n: (value) => typeof value === 'number' && value > 1,
    logprobs: isWished,
    top_logprobs: isWished,
    logit_bias: (value) => Object.keys(Object(value)).length > 0,
    audio: isWished,
    modalities: (value) => Array.isArray(value) && value.some((kind) => kind !== 'text'),
    functions: isWished,
    function_call: isWished,
    web_search_options: isWished,
    guided_json: isWished,
    guided_regex: isWished,
    guided_choice: isWished,
    guided_grammar: isWished,
    grammar: isWished,
  },
  idle: { store: false, service_tier: 'auto' },
};

/** Throws a `RequestError` (400) that names what another protocol cannot express. */
export function decodeChatRequest(body: WireObject): NeutralRequest {
  const { read, notes } = readWire(chatBody, body, chatRules);
  const effort = read.reasoning_effort ?? read.reasoning?.effort;
  return compact({
    options: decodeOptions(read),
    reasoning: parseEffort(effort),
    parallelTools: read.parallel_tool_calls,
    strictFormat: readStrict(read.response_format),
    textTools: listTextTools(read.tools),
    cacheMark: readCacheMark(read.cache_control),
    notes: [...notes, ...noteEffort('reasoning_effort', effort)],
  });
}

function readStrict(format: ChatBody['response_format']): boolean | undefined {
  return format?.type === 'json_schema' ? (format.json_schema.strict ?? undefined) : undefined;
}

function decodeOptions(body: ChatBody): NeutralOptions {
  const { tools } = body;
  return {
    ...decodeSettings(body),
    ...compact({
      prompt: decodeChatMessages(body.messages),
      responseFormat: decodeFormat(body.response_format),
      tools: tools == null || tools.length === 0 ? undefined : tools.map(decodeTool),
      toolChoice: decodeToolChoice(body.tool_choice),
    }),
  };
}

function decodeTool(tool: ChatTool): NeutralTool {
  if (tool.type === 'custom') {
    const { name, description, format } = tool.custom;
    const asked = isRecord(format) && format['type'] === 'text' ? undefined : format;
    return { ...createTextTool(name, description ?? '', asked), ...bearMark(tool.cache_control) };
  }
  const { function: said, cache_control: mark } = tool;
  return { ...createTool(said, said.parameters), ...bearMark(mark ?? said.cache_control) };
}

function listTextTools(tools: ChatBody['tools']): readonly string[] | undefined {
  const names = (tools ?? []).flatMap((tool) => (tool.type === 'custom' ? [tool.custom.name] : []));
  return names.length === 0 ? undefined : names;
}

function decodeSettings({ stop, ...body }: ChatBody): Omit<NeutralOptions, 'prompt'> {
  return compact({
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    seed: body.seed,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    stopSequences: typeof stop === 'string' ? [stop] : stop,
  });
}

function decodeFormat(format: ChatBody['response_format']): NeutralOptions['responseFormat'] {
  if (format == null || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  const { name, description, schema } = format.json_schema;
  if (schema == null) throw cannotCarry('response_format.json_schema without a schema');
  return compact({
    type: 'json' as const,
    schema,
    name: name,
    description: description,
  });
}

function decodeToolChoice(choice: ChatBody['tool_choice']): NeutralOptions['toolChoice'] {
  if (choice == null) return undefined;
  if (typeof choice === 'string') return { type: choice };
  return {
    type: 'tool',
    toolName: choice.type === 'custom' ? choice.custom.name : choice.function.name,
  };
}
