/** One image, as each protocol has it: said by the user, and in the result of a tool. */

import {
  anthropicMessages,
  googleGenerateContent,
  openaiChat,
  openaiResponses,
  type Tongue,
} from './protocol-cases.ts';

export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const dataUrl = `data:image/png;base64,${pixel}`;
export interface Showing {
  readonly tongue: Tongue;
  readonly conversation: string;
  readonly shown: object;
  readonly asTool: readonly object[];
  readonly said: (text: string, role: 'user' | 'assistant') => object;
}

export const showings: readonly Showing[] = [
  {
    tongue: openaiChat,
    conversation: 'messages',
    shown: {
      role: 'user',
      content: [
        { type: 'text', text: 'what is this?' },
        { type: 'image_url', image_url: { url: dataUrl } },
      ],
    },
    asTool: [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'call_1',
        content: [{ type: 'image_url', image_url: { url: dataUrl } }],
      },
    ],
    said: (text, role) => ({ role, content: text }),
  },
  {
    tongue: openaiResponses,
    conversation: 'input',
    shown: {
      role: 'user',
      content: [
        { type: 'input_text', text: 'what is this?' },
        { type: 'input_image', image_url: dataUrl, detail: 'auto' },
      ],
    },
    asTool: [
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'call_1',
        output: [{ type: 'input_image', image_url: dataUrl, detail: 'auto' }],
      },
    ],
    said: (text, role) => ({
      role,
      content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
    }),
  },
  {
    tongue: anthropicMessages,
    conversation: 'messages',
    shown: {
      role: 'user',
      content: [
        { type: 'text', text: 'what is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
      ],
    },
    asTool: [
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
            ],
          },
        ],
      },
    ],
    said: (text, role) => ({ role, content: text }),
  },
  {
    tongue: googleGenerateContent,
    conversation: 'contents',
    shown: {
      role: 'user',
      parts: [{ text: 'what is this?' }, { inlineData: { mimeType: 'image/png', data: pixel } }],
    },
    asTool: [
      {
        role: 'model',
        parts: [
          {
            functionCall: { name: 'look', args: {} },
            thoughtSignature: 'skip_thought_signature_validator',
          },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              name: 'look',
              response: {},
              parts: [{ inlineData: { mimeType: 'image/png', data: pixel } }],
            },
          },
        ],
      },
    ],
    said: (text, role) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] }),
  },
];
