/** A chat answer as server-sent events, one word at a time. */

import { type Answer, splitInput, type ToolCall } from '../answer.ts';
import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { finishWord, type Reply } from '../reply.ts';
import type { ChatRequest } from './chat-request.ts';
import { toFinishReason, toUsage } from './completion.ts';

interface Frame {
  readonly before: string;
  readonly after: string;
}

export function toStream({ channel, settings }: Exchange, reply: Reply<ChatRequest>): EventStream {
  const { request, answer } = reply;
  const head = JSON.stringify({
    id: `chatcmpl-${channel.requestId}`,
    object: 'chat.completion.chunk',
    created: Math.floor(settings.time.now() / 1000),
    model: request.model,
  });
  const frame = { before: head.slice(0, -1), after: request.includesUsage ? ',"usage":null' : '' };
  const content = answer.calls.length > 0 ? null : '';
  const finish = toDelta(frame, {}, finishWord(reply, toFinishReason(answer.finish)));
  return {
    opening: [toDelta(frame, { role: 'assistant', content, refusal: null }, null)],
    body: listDeltas(answer).map((delta) => ({ ...toDelta(frame, delta, null), isContent: true })),
    closing: request.includesUsage ? [finish, toUsageChunk(frame, answer)] : [finish],
    marker: { data: '[DONE]' },
  };
}

function toDelta(frame: Frame, delta: object, finish: string | null): SimEvent {
  const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}`;
  return { data: `${frame.before},"choices":[${choice}]${frame.after}}` };
}

function toUsageChunk(frame: Frame, answer: Answer): SimEvent {
  return { data: `${frame.before},"choices":[],"usage":${JSON.stringify(toUsage(answer))}}` };
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
