/** A messages answer as server-sent events, with all the kinds of events the vendor sends. */

import { splitInput } from '../answer.ts';
import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import type { Reply } from '../reply.ts';
import { createEnd, createHead, listBlocks, type MessageBlock, toUsage } from './message.ts';
import type { MessagesRequest } from './messages-request.ts';

export function toStream(exchange: Exchange, reply: Reply<MessagesRequest>): EventStream {
  const usage = toUsage(reply);
  const message = {
    ...createHead(exchange, reply),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  return {
    opening: [toEvent('message_start', { message })],
    body: listBlocks(reply).flatMap(listEvents),
    closing: [toEvent('message_delta', { delta: createEnd(reply), usage })],
    marker: toEvent('message_stop', {}),
    encodeError: (data) => ({ name: 'error', data }),
  };
}

function toEvent(name: string, fields: object): SimEvent {
  return { name, data: JSON.stringify({ type: name, ...fields }) };
}

/** The vendor sends a ping after the first block has begun. */
function listEvents(block: MessageBlock, index: number): readonly SimEvent[] {
  const { start, deltas } = takeApart(block);
  const isCall = block.type === 'tool_use';
  const begun = { ...toEvent('content_block_start', { index, content_block: start }), isContent: isCall };
  return [
    begun,
    ...(index === 0 ? [toEvent('ping', {})] : []),
    ...deltas.map((delta) => ({
      ...toEvent('content_block_delta', { index, delta }),
      isContent: delta.type !== 'signature_delta',
    })),
    toEvent('content_block_stop', { index }),
  ];
}

interface Parts {
  readonly start: object;
  readonly deltas: readonly { readonly type: string }[];
}

function takeApart(block: MessageBlock): Parts {
  switch (block.type) {
    case 'thinking': {
      const thoughts = block.pieces.map((thinking) => ({ type: 'thinking_delta', thinking }));
      const signed = { type: 'signature_delta', signature: block.signature };
      return { start: { type: 'thinking', thinking: '', signature: '' }, deltas: [...thoughts, signed] };
    }
    case 'redacted_thinking':
      return { start: block, deltas: [] };
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: block.pieces.map((text) => ({ type: 'text_delta', text })),
      };
    case 'tool_use': {
      const { type, id, name, input } = block;
      const pieces = ['', ...splitInput(input)];
      const deltas = pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
      return { start: { type, id, name, input: {} }, deltas };
    }
  }
}
