/** A messages answer as content blocks, and as one JSON body. */

import { splitInput, type ToolCall } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import type { JsonObject } from '../json-value.ts';
import { withoutSuffix } from '../name-table.ts';
import { finishWord, type Reply } from '../reply.ts';
import type { MessagesRequest } from './messages-request.ts';
import { encrypt, sign } from './signature.ts';

export interface MessageBlock {
  readonly whole: JsonObject;
  readonly start: JsonObject;
  readonly deltas: readonly JsonObject[];
}

export function listBlocks({ request, answer }: Reply<MessagesRequest>): readonly MessageBlock[] {
  return [
    ...listReasoning(request, answer.reasoning),
    ...(answer.words.length === 0 ? [] : [createText(answer.words)]),
    ...answer.calls.map(createToolUse),
  ];
}

export function toWhole(exchange: Exchange, reply: Reply<MessagesRequest>): object {
  return {
    ...createHead(exchange, reply),
    content: listBlocks(reply).map(({ whole }) => whole),
    ...createEnd(reply),
    usage: toUsage(reply),
  };
}

export function createHead({ channel }: Exchange, { request }: Reply): object {
  return {
    id: `msg_${channel.requestId}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
  };
}

/** The stop reason in Anthropic's words. */
export function createEnd(reply: Reply): object {
  const reasons = { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use' } as const;
  return { stop_reason: finishWord(reply, reasons[reply.answer.finish]), stop_sequence: null };
}

export function toUsage({
  request,
  answer: { usage },
}: Reply<MessagesRequest>): Readonly<Record<string, number>> {
  const { read, written } = request.cached;
  return {
    input_tokens: Math.max(0, usage.input - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage.answer + usage.reasoning,
  };
}

function listReasoning(
  { model }: MessagesRequest,
  pieces: readonly string[],
): readonly MessageBlock[] {
  if (withoutSuffix(model) === 'sim/redacted-thinking') {
    const block = { type: 'redacted_thinking', data: encrypt('what I think is my own') };
    return [{ whole: block, start: block, deltas: [] }];
  }
  if (pieces.length === 0) return [];
  const block = { type: 'thinking', thinking: pieces.join('') };
  const signature = sign(block.thinking);
  const thoughts = pieces.map((thinking) => ({ type: 'thinking_delta', thinking }));
  return [
    {
      whole: { ...block, signature },
      start: { ...block, thinking: '', signature: '' },
      deltas: [...thoughts, { type: 'signature_delta', signature }],
    },
  ];
}

function createText(pieces: readonly string[]): MessageBlock {
  return {
    whole: { type: 'text', text: pieces.join('') },
    start: { type: 'text', text: '' },
    deltas: pieces.map((text) => ({ type: 'text_delta', text })),
  };
}

function createToolUse({ id, name, input }: ToolCall): MessageBlock {
  const call = { type: 'tool_use', id: `toolu_${id}`, name };
  const pieces = ['', ...splitInput(input)];
  return {
    whole: { ...call, input: JSON.parse(input) },
    start: { ...call, input: {} },
    deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  };
}
