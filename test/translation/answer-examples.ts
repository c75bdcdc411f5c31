/**
 * For each row of the tables of answers: a body of the provider's with what the row names, and one
 * without it.
 */

import type { Examples } from './table.ts';

const chatUsage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const chat = (message: object, fields: object = {}, finish_reason = 'stop') => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'yes', ...message }, finish_reason },
  ],
  usage: chatUsage,
  ...fields,
});
const chatCall = (name: string, text: string) => ({
  tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: text } }],
});

export const chatAnswers: Examples = {
  '`choices[].message.content`': { with: chat({}), without: chat({ content: 'no' }) },
  '`choices[].message.reasoning_content`': {
    with: chat({ reasoning_content: 'hm' }),
    without: chat({}),
  },
  '`choices[].message.reasoning`': { with: chat({ reasoning: 'hm' }), without: chat({}) },
  '`choices[].message.refusal`': {
    with: chat({ content: null, refusal: 'never' }),
    without: chat({ content: 'no' }),
  },
  '`choices[].message.tool_calls[function].id`, `choices[].message.tool_calls[function].function.name`, `choices[].message.tool_calls[function].function.arguments`':
    { with: chat(chatCall('look', '{"city":"Rome"}'), {}, 'tool_calls'), without: chat({}) },
  '`choices[].message.tool_calls[function].function.arguments`, of a text tool': {
    with: chat(chatCall('patch', '{"input":"a text"}'), {}, 'tool_calls'),
    without: chat(chatCall('patch', '{"input":"a word"}'), {}, 'tool_calls'),
  },
  '`choices[].finish_reason`: length': { with: chat({}, {}, 'length'), without: chat({}) },
  '`choices[].finish_reason`: content_filter': {
    with: chat({}, {}, 'content_filter'),
    without: chat({}),
  },
  '`usage.prompt_tokens`': {
    with: chat({}, { usage: { ...chatUsage, prompt_tokens: 12 } }),
    without: chat({}),
  },
  '`usage.completion_tokens`': {
    with: chat({}, { usage: { ...chatUsage, completion_tokens: 7 } }),
    without: chat({}),
  },
  '`usage.prompt_tokens_details.cached_tokens`': {
    with: chat({}, { usage: { ...chatUsage, prompt_tokens_details: { cached_tokens: 4 } } }),
    without: chat({}),
  },
  '`usage.completion_tokens_details.reasoning_tokens`': {
    with: chat({}, { usage: { ...chatUsage, completion_tokens_details: { reasoning_tokens: 4 } } }),
    without: chat({}),
  },
  '`id`, `created`, `model`, `system_fingerprint`, `choices[].logprobs`, `choices[].message.annotations`, and all others':
    {
      with: {
        ...chat({ annotations: [{ type: 'url_citation' }] }),
        id: 'chatcmpl-2',
        created: 2,
        model: 'n',
        system_fingerprint: 'fp',
      },
      without: chat({}),
    },
};

const messagesUsage = { input_tokens: 10, output_tokens: 5 };
const message = (content: readonly object[], fields: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: messagesUsage,
  ...fields,
});
const yes = { type: 'text', text: 'yes' };
const use = (name: string, input: object) => ({ type: 'tool_use', id: 'toolu_1', name, input });

export const messagesAnswers: Examples = {
  '`content[text].text`': {
    with: message([yes]),
    without: message([{ type: 'text', text: 'no' }]),
  },
  '`content[thinking].thinking`': {
    with: message([{ type: 'thinking', thinking: 'hm', signature: '' }, yes]),
    without: message([yes]),
  },
  '`content[thinking].signature`, `content[redacted_thinking].data`': {
    with: message([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      yes,
    ]),
    without: message([{ type: 'thinking', thinking: 'hm', signature: '' }, yes]),
  },
  '`content[thinking].signature`, `content[redacted_thinking].data`, before a call': {
    with: message([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      use('look', {}),
    ]),
    without: message([{ type: 'thinking', thinking: 'hm', signature: '' }, use('look', {})]),
  },
  '`content[tool_use].id`, `content[tool_use].name`, `content[tool_use].input`': {
    with: message([yes, use('look', { city: 'Rome' })], { stop_reason: 'tool_use' }),
    without: message([yes]),
  },
  '`content[tool_use].input`, of a text tool': {
    with: message([use('patch', { input: 'a text' })], { stop_reason: 'tool_use' }),
    without: message([use('patch', { input: 'a word' })], { stop_reason: 'tool_use' }),
  },
  '`stop_reason`: max_tokens': {
    with: message([yes], { stop_reason: 'max_tokens' }),
    without: message([yes]),
  },
  '`stop_reason`: model_context_window_exceeded': {
    with: message([yes], { stop_reason: 'model_context_window_exceeded' }),
    without: message([yes]),
  },
  '`stop_reason`: refusal': {
    with: message([yes], { stop_reason: 'refusal' }),
    without: message([yes]),
  },
  '`stop_reason`: stop_sequence': {
    with: message([yes], { stop_reason: 'stop_sequence', stop_sequence: 'END' }),
    without: message([yes]),
  },
  '`stop_reason`: pause_turn': {
    with: message([yes], { stop_reason: 'pause_turn' }),
    without: message([yes]),
  },
  '`usage.input_tokens`': {
    with: message([yes], { usage: { ...messagesUsage, input_tokens: 12 } }),
    without: message([yes]),
  },
  '`usage.output_tokens`': {
    with: message([yes], { usage: { ...messagesUsage, output_tokens: 7 } }),
    without: message([yes]),
  },
  '`usage.cache_read_input_tokens`': {
    with: message([yes], { usage: { ...messagesUsage, cache_read_input_tokens: 4 } }),
    without: message([yes], { usage: { ...messagesUsage, cache_read_input_tokens: 1 } }),
  },
  '`usage.cache_creation_input_tokens`': {
    with: message([yes], { usage: { ...messagesUsage, cache_creation_input_tokens: 4 } }),
    without: message([yes]),
  },
  '`id`, `model`, `usage.service_tier`, and all others': {
    with: {
      ...message([yes], { usage: { ...messagesUsage, service_tier: 'standard' } }),
      id: 'msg_2',
      model: 'n',
    },
    without: message([yes]),
  },
};

const responsesUsage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
const response = (output: readonly object[], fields: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  status: 'completed',
  error: null,
  incomplete_details: null,
  output,
  usage: responsesUsage,
  ...fields,
});
const said = (...content: readonly object[]) => ({
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content,
});
const word = (text: string) => said({ type: 'output_text', text, annotations: [] });
const thought = (fields: object) => ({ type: 'reasoning', id: 'rs_1', summary: [], ...fields });
const called = (fields: object) => ({
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'look',
  arguments: '{"city":"Rome"}',
  status: 'completed',
  ...fields,
});

export const responsesAnswers: Examples = {
  '`output[assistant].content[output_text].text`': {
    with: response([word('yes')]),
    without: response([word('no')]),
  },
  '`output[assistant].content[refusal].refusal`': {
    with: response([said({ type: 'refusal', refusal: 'never' })]),
    without: response([word('no')]),
  },
  '`output[reasoning].summary[summary_text].text`': {
    with: response([thought({ summary: [{ type: 'summary_text', text: 'hm' }] }), word('yes')]),
    without: response([word('yes')]),
  },
  '`output[reasoning].encrypted_content`': {
    with: response([thought({ encrypted_content: 'e' }), word('yes')]),
    without: response([word('yes')]),
  },
  '`output[reasoning].encrypted_content`, before a call': {
    with: response([thought({ encrypted_content: 'e' }), called({})]),
    without: response([called({})]),
  },
  '`output[function_call].call_id`, `output[function_call].name`, `output[function_call].arguments`':
    {
      with: response([word('yes'), called({})]),
      without: response([word('yes')]),
    },
  '`incomplete_details.reason`: max_output_tokens': {
    with: response([word('yes')], {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    }),
    without: response([word('yes')]),
  },
  '`incomplete_details.reason`: content_filter': {
    with: response([word('yes')], {
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
    }),
    without: response([word('yes')]),
  },
  '`usage.input_tokens`': {
    with: response([word('yes')], { usage: { ...responsesUsage, input_tokens: 12 } }),
    without: response([word('yes')]),
  },
  '`usage.output_tokens`': {
    with: response([word('yes')], { usage: { ...responsesUsage, output_tokens: 7 } }),
    without: response([word('yes')]),
  },
  '`usage.input_tokens_details.cached_tokens`': {
    with: response([word('yes')], {
      usage: { ...responsesUsage, input_tokens_details: { cached_tokens: 4 } },
    }),
    without: response([word('yes')], {
      usage: { ...responsesUsage, input_tokens_details: { cached_tokens: 1 } },
    }),
  },
  '`usage.output_tokens_details.reasoning_tokens`': {
    with: response([word('yes')], {
      usage: { ...responsesUsage, output_tokens_details: { reasoning_tokens: 4 } },
    }),
    without: response([word('yes')], {
      usage: { ...responsesUsage, output_tokens_details: { reasoning_tokens: 1 } },
    }),
  },
  '`id`, `created_at`, `model`, `output[assistant].id`, and all others': {
    with: {
      ...response([{ ...word('yes'), id: 'msg_2' }]),
      id: 'resp_2',
      created_at: 2,
      model: 'n',
    },
    without: response([word('yes')]),
  },
};
