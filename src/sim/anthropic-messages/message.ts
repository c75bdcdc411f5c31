/** A messages answer as content blocks, and as one JSON body. */

import type { Exchange } from '../exchange.ts';
import { withoutSuffix } from '../name-table.ts';
import type { Reply } from '../reply.ts';
import type { MessagesRequest } from './messages-request.ts';
import { encrypt, sign } from './signature.ts';

/** One content block, with the pieces in which a stream brings it. */
export type MessageBlock =
  | { readonly type: 'thinking'; readonly pieces: readonly string[]; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'text'; readonly pieces: readonly string[] }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: string };

/** The blocks of an answer, in order. */
export function listBlocks({ request, answer }: Reply<MessagesRequest>): readonly MessageBlock[] {
  return [
    ...listReasoning(request, answer.reasoning),
    ...(answer.words.length === 0 ? [] : [{ type: 'text', pieces: answer.words } as const]),
    ...answer.calls.map(
      ({ id, name, input }) => ({ type: 'tool_use', id: `toolu_${id}`, name, input }) as const,
    ),
  ];
}

export function toWhole(exchange: Exchange, reply: Reply<MessagesRequest>): object {
  return {
    ...createHead(exchange, reply),
    content: listBlocks(reply).map(toContent),
    ...createEnd(reply),
    usage: toUsage(reply),
  };
}

/** What stands before the content. */
export function createHead({ channel }: Exchange, { request }: Reply): object {
  return { id: `msg_${channel.requestId}`, type: 'message', role: 'assistant', model: request.model };
}

/** Why the answer ended, in Anthropic's words. */
export function createEnd({ answer }: Reply): object {
  const reasons = { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use' } as const;
  return { stop_reason: reasons[answer.finish], stop_sequence: null };
}

/** Usage in Anthropic's shape: with `cache_control` all but a fifth of the prompt was read from the cache. */
export function toUsage({
  request,
  answer: { usage },
}: Reply<MessagesRequest>): Readonly<Record<string, number>> {
  const cached = request.isCached ? Math.floor(usage.input * 0.8) : 0;
  return {
    input_tokens: usage.input - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage.answer + usage.reasoning,
  };
}

function listReasoning({ model }: MessagesRequest, pieces: readonly string[]): readonly MessageBlock[] {
  if (withoutSuffix(model) === 'sim/redacted-thinking')
    return [{ type: 'redacted_thinking', data: encrypt('what I think is my own') }];
  return pieces.length === 0 ? [] : [{ type: 'thinking', pieces, signature: sign(pieces.join('')) }];
}

function toContent(block: MessageBlock): object {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: block.pieces.join(''), signature: block.signature };
    case 'text':
      return { type: 'text', text: block.pieces.join('') };
    case 'tool_use':
      return { ...block, input: JSON.parse(block.input) };
    case 'redacted_thinking':
      return block;
  }
}
