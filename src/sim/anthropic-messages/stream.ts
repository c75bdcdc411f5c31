/** A messages answer as server-sent events, with all the kinds of events that the vendor sends. */

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
function listEvents({ start, deltas }: MessageBlock, index: number): readonly SimEvent[] {
  const isCall = start['type'] === 'tool_use';
  const begun = {
    ...toEvent('content_block_start', { index, content_block: start }),
    isContent: isCall,
  };
  return [
    begun,
    ...(index === 0 ? [toEvent('ping', {})] : []),
    ...deltas.map((delta) => ({
      ...toEvent('content_block_delta', { index, delta }),
      isContent: delta['type'] !== 'signature_delta',
    })),
    toEvent('content_block_stop', { index }),
  ];
}
