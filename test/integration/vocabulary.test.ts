/**
 * Every kind of event and block that the vendors' SDKs know, and some that nobody knows yet,
 * crosses the relay leg byte for byte. The lists are checked against the SDKs' types: an event that
 * a new version of them brings fails the type check here.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BetaContentBlock,
  BetaRawContentBlockDelta,
  BetaRawMessageStreamEvent,
  BetaTextCitation,
} from '@anthropic-ai/sdk/resources/beta/messages/messages';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions/completions';
import type { ResponseOutputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { datasOf, tongues } from './protocol-cases.ts';
import { relay } from './relay-bytes.ts';

const folder = join(import.meta.dirname, '../fixtures/streams');

const responsesEvents = {
  'response.audio.delta': true,
  'response.audio.done': true,
  'response.audio.transcript.delta': true,
  'response.audio.transcript.done': true,
  'response.code_interpreter_call_code.delta': true,
  'response.code_interpreter_call_code.done': true,
  'response.code_interpreter_call.completed': true,
  'response.code_interpreter_call.in_progress': true,
  'response.code_interpreter_call.interpreting': true,
  'response.compaction.compacting': true,
  'response.completed': true,
  'response.content_part.added': true,
  'response.content_part.done': true,
  'response.created': true,
  'response.file_search_call.completed': true,
  'response.file_search_call.in_progress': true,
  'response.file_search_call.searching': true,
  'response.function_call_arguments.delta': true,
  'response.function_call_arguments.done': true,
  'response.shell_call_command.added': true,
  'response.shell_call_command.delta': true,
  'response.shell_call_command.done': true,
  'response.shell_call_output_content.delta': true,
  'response.shell_call_output_content.done': true,
  'response.in_progress': true,
  'response.incomplete': true,
  'response.output_item.added': true,
  'response.output_item.done': true,
  'response.reasoning_summary_part.added': true,
  'response.reasoning_summary_part.done': true,
  'response.reasoning_summary_text.delta': true,
  'response.reasoning_summary_text.done': true,
  'response.reasoning_text.delta': true,
  'response.reasoning_text.done': true,
  'response.refusal.delta': true,
  'response.refusal.done': true,
  'response.output_text.delta': true,
  'response.output_text.done': true,
  'response.web_search_call.completed': true,
  'response.web_search_call.in_progress': true,
  'response.web_search_call.searching': true,
  'response.image_generation_call.completed': true,
  'response.image_generation_call.generating': true,
  'response.image_generation_call.in_progress': true,
  'response.image_generation_call.partial_image': true,
  'response.mcp_call_arguments.delta': true,
  'response.mcp_call_arguments.done': true,
  'response.mcp_call.completed': true,
  'response.mcp_call.failed': true,
  'response.mcp_call.in_progress': true,
  'response.mcp_list_tools.completed': true,
  'response.mcp_list_tools.failed': true,
  'response.mcp_list_tools.in_progress': true,
  'response.output_text.annotation.added': true,
  'response.queued': true,
  'response.custom_tool_call_input.delta': true,
  'response.custom_tool_call_input.done': true,
  // These two end an answer with a failure, and are no part of a stream that crosses as it came.
} satisfies Record<Exclude<ResponseStreamEvent['type'], 'error' | 'response.failed'>, true>;

const responsesItems = {
  message: true,
  file_search_call: true,
  function_call: true,
  function_call_output: true,
  web_search_call: true,
  computer_call: true,
  computer_call_output: true,
  reasoning: true,
  program: true,
  program_output: true,
  tool_search_call: true,
  tool_search_output: true,
  additional_tools: true,
  compaction: true,
  image_generation_call: true,
  code_interpreter_call: true,
  local_shell_call: true,
  local_shell_call_output: true,
  shell_call: true,
  shell_call_output: true,
  apply_patch_call: true,
  apply_patch_call_output: true,
  mcp_call: true,
  mcp_list_tools: true,
  mcp_approval_request: true,
  mcp_approval_response: true,
  custom_tool_call: true,
  custom_tool_call_output: true,
} satisfies Record<ResponseOutputItem['type'], true>;

const messagesEvents = {
  message_start: true,
  message_delta: true,
  message_stop: true,
  content_block_start: true,
  content_block_delta: true,
  content_block_stop: true,
} satisfies Record<BetaRawMessageStreamEvent['type'], true>;

const messagesDeltas = {
  text_delta: true,
  input_json_delta: true,
  citations_delta: true,
  thinking_delta: true,
  signature_delta: true,
  compaction_delta: true,
} satisfies Record<BetaRawContentBlockDelta['type'], true>;

const messagesBlocks = {
  text: true,
  thinking: true,
  redacted_thinking: true,
  tool_use: true,
  server_tool_use: true,
  web_search_tool_result: true,
  web_fetch_tool_result: true,
  advisor_tool_result: true,
  code_execution_tool_result: true,
  bash_code_execution_tool_result: true,
  text_editor_code_execution_tool_result: true,
  tool_search_tool_result: true,
  mcp_tool_use: true,
  mcp_tool_result: true,
  mcp_tool_listing: true,
  container_upload: true,
  compaction: true,
  fallback: true,
} satisfies Record<BetaContentBlock['type'], true>;

const messagesCitations = {
  char_location: true,
  page_location: true,
  content_block_location: true,
  web_search_result_location: true,
  search_result_location: true,
} satisfies Record<BetaTextCitation['type'], true>;

const chatFields = {
  id: true,
  choices: true,
  created: true,
  model: true,
  object: true,
  moderation: true,
  obfuscation: true,
  service_tier: true,
  system_fingerprint: true,
  usage: true,
} satisfies Record<keyof ChatCompletionChunk, true>;

const chatDelta = {
  audio: true,
  content: true,
  function_call: true,
  refusal: true,
  role: true,
  tool_calls: true,
} satisfies Record<keyof ChatCompletionChunk.Choice.Delta, true>;

const chatFinishes = {
  stop: true,
  length: true,
  tool_calls: true,
  content_filter: true,
  function_call: true,
} satisfies Record<NonNullable<ChatCompletionChunk.Choice['finish_reason']>, true>;

const chatTools = { function: true, custom: true } satisfies Record<
  NonNullable<ChatCompletionChunk.Choice.Delta.ToolCall['type']>,
  true
>;

/** Every event of a protocol's fixtures. */
function eventsOf(protocol: string) {
  return readdirSync(join(folder, protocol))
    .flatMap((name) =>
      datasOf(readFileSync(join(folder, protocol, name), 'utf8').replaceAll('\r\n', '\n')),
    )
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));
}

describe.each(tongues)('$protocol', (tongue) => {
  it.each(readdirSync(join(folder, tongue.protocol)))('%s arrives as it was sent', async (name) => {
    const bytes = readFileSync(join(folder, tongue.protocol, name));
    expect((await relay(tongue, [bytes])).toString()).toBe(bytes.toString());
    const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect((await relay(tongue, single)).equals(bytes)).toBe(true);
  });
});

describe('the fixtures hold all that the SDKs know', () => {
  const chat = eventsOf('openai-chat');
  const choices = chat.flatMap((event) => event.choices);
  const deltas = choices.map(({ delta }) => delta);
  const messages = eventsOf('anthropic-messages');
  const responses = eventsOf('openai-responses');

  it.each([
    ['fields of a chat chunk', chatFields, chat.flatMap(Object.keys)],
    ['fields of a chat delta', chatDelta, deltas.flatMap(Object.keys)],
    ['finish reasons of a chat', chatFinishes, choices.map((choice) => choice.finish_reason)],
    [
      'tool calls of a chat',
      chatTools,
      deltas.flatMap((delta) => delta.tool_calls ?? []).map(({ type }) => type),
    ],
    ['events of a message', messagesEvents, messages.map(({ type }) => type)],
    ['blocks of a message', messagesBlocks, messages.map((event) => event.content_block?.type)],
    ['deltas of a message', messagesDeltas, messages.map((event) => event.delta?.type)],
    [
      'citations of a message',
      messagesCitations,
      messages.map((event) => event.delta?.citation?.type),
    ],
    ['events of a response', responsesEvents, responses.map(({ type }) => type)],
    ['items of a response', responsesItems, responses.map((event) => event.item?.type)],
  ])('%s', (_what, known, seen) => {
    expect([...new Set(seen)]).toEqual(expect.arrayContaining(Object.keys(known)));
  });
});
