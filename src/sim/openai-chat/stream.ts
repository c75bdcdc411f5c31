/** A chat answer as server-sent events, one word at a time. */

import { type Answer, splitInput, type ToolCall } from '../answer.ts';
import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { finishWord, type Reply } from '../reply.ts';
import type { ChatRequest } from './chat-request.ts';
import { toFinishReason, toUsage } from './completion.ts';

export function toStream({ channel, settings }: Exchange, reply: Reply<ChatRequest>): EventStream {
  const { request, answer } = reply;
  const head = {
    id: `chatcmpl-${channel.requestId}`,
    object: 'chat.completion.chunk',
    created: Math.floor(settings.time.now() / 1000),
    model: request.model,
  };
  const toChunk = (fields: object): SimEvent => ({ data: JSON.stringify({ ...head, ...fields }) });
  const noUsage = request.includesUsage ? { usage: null } : {};
  const toDelta = (delta: object, finish_reason: string | null): SimEvent =>
    toChunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...noUsage });
  const content = answer.calls.length > 0 ? null : '';
  const finish = toDelta({}, finishWord(reply, toFinishReason(answer.finish)));
  const usage = toChunk({ choices: [], usage: toUsage(answer) });
  return {
    opening: [toDelta({ role: 'assistant', content, refusal: null }, null)],
    body: listDeltas(answer).map((delta) => ({ ...toDelta(delta, null), isContent: true })),
    closing: request.includesUsage ? [finish, usage] : [finish],
    marker: { data: '[DONE]' },
  };
}

function listDeltas({ reasoning, words, calls }: Answer): readonly object[] {
  return [
    ...reasoning.map((text) => ({ reasoning_content: text })),
    ...words.map((text) => ({ content: text })),
    ...calls.flatMap(listCallDeltas),
  ];
}

function listCallDeltas({ id, name, input }: ToolCall, index: number): readonly object[] {
  return [
    {
      tool_calls: [
        { index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } },
      ],
    },
    ...splitInput(input).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ];
}
