/**
 * One answer, "Hello world.", in each protocol, streamed or whole, that ends with any word; and a
 * request that asks for it.
 */

import type { ProtocolName } from '../../src/model/protocol.ts';
import type { TakeBodyMemory } from '../../src/model/request.ts';

export const protocols: readonly ProtocolName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate-content',
];

export interface Ask {
  readonly path: string;
  readonly query?: string;
  readonly body: object;
  /** Default: there is no limit to what is made of it. */
  readonly takeBodyMemory?: TakeBodyMemory;
}

export function askIn(protocol: ProtocolName, isStreamed: boolean): Ask {
  const messages = [{ role: 'user', content: 'hi' }];
  switch (protocol) {
    case 'openai-chat':
      return {
        path: '/v1/chat/completions',
        body: { model: 'main', stream: isStreamed, messages },
      };
    case 'openai-responses':
      return { path: '/v1/responses', body: { model: 'main', stream: isStreamed, input: 'hi' } };
    case 'anthropic-messages':
      return {
        path: '/v1/messages',
        body: { model: 'main', stream: isStreamed, max_tokens: 900, messages },
      };
    case 'google-generate-content': {
      const body = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
      const path = '/v1beta/models/main';
      return isStreamed
        ? { path: `${path}:streamGenerateContent`, query: 'alt=sse', body }
        : { path: `${path}:generateContent`, body };
    }
  }
}

const usage = { input_tokens: 3, output_tokens: 4 };
const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'm' };
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };

/** How `openai-responses` says a word: as a status, or as the reason of an incomplete answer. */
function endOf(word: unknown): object {
  if (word === 'completed' || word === 'cancelled' || typeof word !== 'string')
    return { status: word };
  return { status: 'incomplete', incomplete_details: { reason: word } };
}

function partOf(pieces: readonly string[]): object {
  return { type: 'output_text', text: pieces.join(''), annotations: [] };
}

function itemOf(pieces: readonly string[]): object {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [partOf(pieces)],
  };
}

/** The events of a stream that says these pieces and ends with this word. */
function eventsOf(
  protocol: ProtocolName,
  pieces: readonly string[],
  word: unknown,
): readonly object[] {
  switch (protocol) {
    case 'openai-chat': {
      const chunk = (delta: object, finish_reason: unknown = null): object => ({
        id: 'c1',
        model: 'm',
        choices: [{ index: 0, delta, finish_reason }],
      });
      return [
        chunk({ role: 'assistant', content: '' }),
        ...pieces.map((content) => chunk({ content })),
        chunk({}, word),
      ];
    }
    case 'openai-responses': {
      const item = {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'in_progress',
        content: [],
      };
      const response = {
        ...head,
        ...endOf(word),
        output: pieces.length === 0 ? [] : [itemOf(pieces)],
        usage,
      };
      const type = word === 'completed' ? 'response.completed' : 'response.incomplete';
      return [
        { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
        { type: 'response.output_item.added', output_index: 0, item },
        {
          type: 'response.content_part.added',
          ...at,
          part: { type: 'output_text', text: '', annotations: [] },
        },
        ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
        { type: 'response.output_text.done', ...at, text: pieces.join('') },
        { type: 'response.content_part.done', ...at, part: partOf(pieces) },
        { type: 'response.output_item.done', output_index: 0, item: itemOf(pieces) },
        { type, response },
      ].map((event, sequence_number) => ({ ...event, sequence_number }));
    }
    case 'anthropic-messages':
      return [
        {
          type: 'message_start',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model: 'm',
            content: [],
            usage,
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ...pieces.map((text) => ({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text },
        })),
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: word, stop_sequence: null }, usage },
        { type: 'message_stop' },
      ];
    case 'google-generate-content':
      return [
        ...pieces.map((text) => ({
          candidates: [{ content: { role: 'model', parts: [{ text }] } }],
        })),
        { candidates: [{ content: { role: 'model', parts: [] }, finishReason: word, index: 0 }] },
      ];
  }
}

export function streamOf(protocol: ProtocolName, pieces: readonly string[], word: unknown): string {
  return encodeEvents(protocol, eventsOf(protocol, pieces, word));
}

export function encodeEvents(protocol: ProtocolName, events: readonly object[]): string {
  const done = protocol === 'openai-chat' ? 'data: [DONE]\n\n' : '';
  return `${events.map(encodeEvent).join('')}${done}`;
}

function encodeEvent(event: object): string {
  const name = 'type' in event ? `event: ${event.type}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

/** The same as one body. */
export function wholeOf(protocol: ProtocolName, pieces: readonly string[], word: unknown): object {
  const text = pieces.join('');
  switch (protocol) {
    case 'openai-chat': {
      const message = { role: 'assistant', content: text };
      return { id: 'c1', model: 'm', choices: [{ index: 0, message, finish_reason: word }] };
    }
    case 'openai-responses':
      return { ...head, ...endOf(word), output: text === '' ? [] : [itemOf(pieces)], usage };
    case 'anthropic-messages': {
      const content = text === '' ? [] : [{ type: 'text', text }];
      return {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content,
        stop_reason: word,
        usage,
      };
    }
    case 'google-generate-content': {
      const parts = text === '' ? [] : [{ text }];
      return { candidates: [{ content: { role: 'model', parts }, finishReason: word, index: 0 }] };
    }
  }
}

/** The word for a normal end. */
export const normalEnds: Readonly<Record<ProtocolName, string>> = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  'google-generate-content': 'STOP',
};

/** An end of the protocol's own in what a caller was told. */
export const endPatterns: Readonly<Record<ProtocolName, RegExp>> = {
  'openai-chat': /"finish_reason":"(?:stop|length|tool_calls|content_filter)"/,
  'openai-responses':
    /"status":"(?:completed|incomplete)",(?:"incomplete_details":\{[^}]*\},)?"output"|"type":"response\.(?:completed|incomplete)"/,
  'anthropic-messages': /"stop_reason":"(?:end_turn|max_tokens|tool_use|refusal)"/,
  'google-generate-content': /"finishReason":"(?:STOP|MAX_TOKENS|SAFETY)"/,
};
