/**
 * Requests and streams of each protocol that have much of one thing, for the tests that measure how
 * work grows.
 */

import type { WireObject } from '../../src/protocols/json/is-record.ts';

export type Name = 'chat' | 'messages' | 'responses' | 'google';

const many = <T>(size: number, make: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => make(index));
const schema = { type: 'object', properties: { a: { type: 'string' } } };

/** Requests of each protocol, by what there is much of. */
export const asks: Readonly<Record<Name, Readonly<Record<string, (size: number) => WireObject>>>> =
  {
    chat: {
      messages: (n) => ({
        messages: many(n, (at) => ({
          role: at % 2 === 0 ? 'user' : 'assistant',
          content: `m${at}`,
        })),
      }),
      'system messages': (n) => ({
        messages: [
          ...many(n, (at) => ({ role: 'system', content: `s${at}` })),
          { role: 'user', content: 'go' },
        ],
      }),
      calls: (n) => ({
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: null,
            tool_calls: many(n, (at) => ({
              id: `c${at}`,
              type: 'function',
              function: { name: 'f', arguments: '{"a":1.0}' },
            })),
          },
          ...many(n, (at) => ({ role: 'tool', tool_call_id: `c${at}`, content: 'done' })),
        ],
      }),
      tools: (n) => ({
        messages: [{ role: 'user', content: 'go' }],
        tools: many(n, (at) => ({
          type: 'function',
          function: { name: `f${at}`, parameters: schema },
        })),
      }),
      text: (n) => ({ messages: [{ role: 'user', content: 'word '.repeat(100 * n) }] }),
    },
    messages: {
      messages: (n) => ({
        max_tokens: 9,
        messages: many(n, (at) => ({
          role: at % 2 === 0 ? 'user' : 'assistant',
          content: `m${at}`,
        })),
      }),
      calls: (n) => ({
        max_tokens: 9,
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: many(n, (at) => ({
              type: 'tool_use',
              id: `c${at}`,
              name: 'f',
              input: { a: at },
            })),
          },
          {
            role: 'user',
            content: many(n, (at) => ({
              type: 'tool_result',
              tool_use_id: `c${at}`,
              content: 'done',
            })),
          },
        ],
      }),
      blocks: (n) => ({
        max_tokens: 9,
        system: many(n, (at) => ({ type: 'text', text: `s${at}` })),
        messages: [{ role: 'user', content: many(n, (at) => ({ type: 'text', text: `t${at}` })) }],
      }),
      tools: (n) => ({
        max_tokens: 9,
        messages: [{ role: 'user', content: 'go' }],
        tools: many(n, (at) => ({ name: `f${at}`, input_schema: schema })),
      }),
    },
    responses: {
      messages: (n) => ({
        input: many(n, (at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content: `m${at}` })),
      }),
      calls: (n) => ({
        input: [
          ...many(n, (at) => ({
            type: 'function_call',
            call_id: `c${at}`,
            name: 'f',
            arguments: '{}',
          })),
          ...many(n, (at) => ({ type: 'function_call_output', call_id: `c${at}`, output: 'done' })),
        ],
      }),
      'pictures in results': (n) => ({
        input: [
          { role: 'user', content: 'go' },
          ...many(n, (at) => ({
            type: 'function_call',
            call_id: `c${at}`,
            name: 'f',
            arguments: '{}',
          })),
          ...many(n, (at) => ({
            type: 'function_call_output',
            call_id: `c${at}`,
            output: [{ type: 'input_image', image_url: 'data:image/png;base64,aGk=' }],
          })),
        ],
      }),
      thoughts: (n) => ({
        input: many(n, (at) => ({
          type: 'reasoning',
          id: `rs${at}`,
          summary: [{ type: 'summary_text', text: 'hm' }],
        })),
      }),
    },
    google: {
      messages: (n) => ({
        contents: many(n, (at) => ({
          role: at % 2 === 0 ? 'user' : 'model',
          parts: [{ text: `m${at}` }],
        })),
      }),
      calls: (n) => ({
        contents: [
          { role: 'model', parts: many(n, () => ({ functionCall: { name: 'f', args: {} } })) },
          {
            role: 'user',
            parts: many(n, () => ({ functionResponse: { name: 'f', response: { output: 'x' } } })),
          },
        ],
      }),
    },
  };

/** Streams of each protocol: their events, parsed. */
export const streams: Readonly<
  Record<Name, Readonly<Record<string, (size: number) => readonly WireObject[]>>>
> = {
  chat: {
    calls: (n) => [
      ...many(n, (at) =>
        chatCall({
          index: at,
          id: `c${at}`,
          function: { name: 'f', arguments: '{"a": 1, "b": [1, 2, 3]}' },
        }),
      ),
      chatEnd,
    ],
    'open calls': (n) => [
      ...many(n, (at) =>
        chatCall({ index: at, id: `c${at}`, function: { name: 'f', arguments: '{"a":' } }),
      ),
      ...many(n, (at) => chatCall({ index: at, function: { arguments: '1}' } })),
      chatEnd,
    ],
    'calls of one number': (n) => [
      ...many(n, (at) =>
        chatCall({ index: 0, id: `c${at}`, function: { name: 'f', arguments: '{}' } }),
      ),
      chatEnd,
    ],
    text: (n) => [
      ...many(n, () => ({ choices: [{ index: 0, delta: { content: 'word ' } }] })),
      chatEnd,
    ],
    'one call in pieces': (n) => [
      chatCall({ index: 0, id: 'c', function: { name: 'f', arguments: '' } }),
      ...many(n, () => chatCall({ index: 0, function: { arguments: ' ' } })),
      chatCall({ index: 0, function: { arguments: '{}' } }),
      chatEnd,
    ],
    'a growing call and new ones': (n) => [
      chatCall({ index: 0, id: 'c', function: { name: 'f', arguments: '["' } }),
      ...many(n, (at) => [
        chatCall({ index: 0, function: { arguments: 'some more words ' } }),
        chatCall({ index: at + 1, id: `c${at}`, function: { name: 'f', arguments: '{}' } }),
      ]).flat(),
      chatEnd,
    ],
  },
  messages: {
    calls: (n) => [
      { type: 'message_start', message: {} },
      ...many(n, (index) => [
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'tool_use', id: `c${index}`, name: 'f', input: {} },
        },
        {
          type: 'content_block_delta',
          index,
          delta: { type: 'input_json_delta', partial_json: '{}' },
        },
        { type: 'content_block_stop', index },
      ]).flat(),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    ],
    'open calls': (n) => [
      ...many(n, (index) => ({
        type: 'content_block_start',
        index,
        content_block: { type: 'tool_use', id: `c${index}`, name: 'f', input: {} },
      })),
      ...many(n, (index) => ({
        type: 'content_block_delta',
        index,
        delta: { type: 'input_json_delta', partial_json: '{}' },
      })),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    ],
    text: (n) => [
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...many(n, () => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: 'word ' },
      })),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    ],
  },
  responses: {
    calls: (n) => [
      ...many(n, (at) => [
        {
          type: 'response.output_item.added',
          output_index: at,
          item: { type: 'function_call', id: `i${at}`, call_id: `c${at}`, name: 'f' },
        },
        {
          type: 'response.function_call_arguments.delta',
          output_index: at,
          item_id: `i${at}`,
          delta: '{}',
        },
        {
          type: 'response.output_item.done',
          output_index: at,
          item: {
            type: 'function_call',
            id: `i${at}`,
            call_id: `c${at}`,
            name: 'f',
            arguments: '{}',
          },
        },
      ]).flat(),
      {
        type: 'response.completed',
        response: {
          status: 'completed',
          output: many(n, (at) => ({
            type: 'function_call',
            id: `i${at}`,
            call_id: `c${at}`,
            name: 'f',
            arguments: '{}',
          })),
        },
      },
    ],
    thoughts: (n) => [
      ...many(n, (at) => [
        {
          type: 'response.output_item.added',
          output_index: at,
          item: { type: 'reasoning', id: `i${at}` },
        },
        {
          type: 'response.reasoning_summary_text.delta',
          output_index: at,
          item_id: `i${at}`,
          summary_index: 0,
          delta: 'hm',
        },
      ]).flat(),
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ],
    text: (n) => [
      ...many(n, () => ({
        type: 'response.output_text.delta',
        output_index: 0,
        item_id: 'i',
        content_index: 0,
        delta: 'word ',
      })),
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ],
  },
  google: {
    calls: (n) => [
      ...many(n, () => ({
        candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] } }],
      })),
      { candidates: [{ finishReason: 'STOP' }] },
    ],
    'calls of one id': (n) => [
      {
        candidates: [
          {
            content: { parts: many(n, () => ({ functionCall: { id: 'c', name: 'f', args: {} } })) },
            finishReason: 'STOP',
          },
        ],
      },
    ],
    text: (n) => [
      ...many(n, () => ({ candidates: [{ content: { parts: [{ text: 'word ' }] } }] })),
      { candidates: [{ finishReason: 'STOP' }] },
    ],
  },
};

function chatCall(call: WireObject): WireObject {
  return { choices: [{ index: 0, delta: { tool_calls: [call] } }] };
}
const chatEnd: WireObject = { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] };
