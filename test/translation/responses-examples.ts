/**
 * For each row of the table of `openai-responses` requests: a body with what the row names, and one
 * without it.
 */

import type { Examples } from './table.ts';

const user = { role: 'user', content: 'hi' };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  additionalProperties: false,
};
const tool = { type: 'function', name: 'look', parameters: schema };
const patch = { type: 'custom', name: 'patch', description: 'patches' };
const call = {
  type: 'function_call',
  call_id: 'call_1',
  name: 'look',
  arguments: '{"city":"Rome"}',
};
const patchCall = { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: 'a text' };
const png = 'data:image/png;base64,iVBORw0KGgo=';
const pdf = 'data:application/pdf;base64,JVBERi0=';

const inputText = (value: string) => ({ type: 'input_text', text: value });
const said = (...parts: readonly object[]) => ({
  input: [{ role: 'user', content: [inputText('hi'), inputText('there'), ...parts] }],
});
const answered = (...items: readonly object[]) => ({ input: [user, ...items, user] });
const text = (value: string) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: value }],
});
const resulted = (output: unknown, fields: object = {}) => ({
  input: [user, call, { type: 'function_call_output', call_id: 'call_1', output, ...fields }],
  tools: [tool],
});
const patched = (output: unknown) => ({
  input: [user, patchCall, { type: 'custom_tool_call_output', call_id: 'call_2', output }],
  tools: [patch],
});
const sunny = { type: 'input_text', text: 'sunny' };
const format = (fields: object) => ({
  text: { format: { type: 'json_schema', schema, ...fields } },
});

export const responsesExamples: Examples = {
  '`model`, `stream`': { with: { model: 'other', stream: true } },
  '`input`': { with: { input: 'hello' } },
  '`instructions`': { with: { instructions: 'be short' } },
  '`input[system].content`': { with: { input: [{ role: 'system', content: 'be short' }, user] } },
  '`input[system].content[input_text].text`': {
    with: {
      input: [{ role: 'system', content: [{ type: 'input_text', text: 'be short' }] }, user],
    },
  },
  '`input[developer].content`': {
    with: { input: [{ role: 'developer', content: 'be short' }, user] },
  },
  '`input[developer].content[input_text].text`': {
    with: {
      input: [{ role: 'developer', content: [{ type: 'input_text', text: 'be short' }] }, user],
    },
  },
  '`input[user].content`': { with: { input: [{ role: 'user', content: 'hello' }] } },
  '`input[user].content[input_text].text`': {
    with: said({ type: 'input_text', text: 'and more' }),
    without: said(),
  },
  '`input[user].content[input_image].image_url`': {
    with: said({ type: 'input_image', image_url: png }),
    without: said(),
  },
  '`input[user].content[input_image].image_url`, a web address': {
    with: said({ type: 'input_image', image_url: 'https://pictures.test/a.png' }),
    without: said(),
  },
  '`input[user].content[input_image].detail`': {
    with: said({ type: 'input_image', image_url: png, detail: 'low' }),
    without: said({ type: 'input_image', image_url: png }),
  },
  '`input[user].content[input_file].filename`': {
    with: said({ type: 'input_file', file_data: pdf, filename: 'a.pdf' }),
    without: said({ type: 'input_file', file_data: pdf }),
  },
  '`input[user].content[input_file].file_data`': {
    with: said({ type: 'input_file', file_data: pdf }),
    without: said(),
  },
  '`input[user].content[input_file].file_url`': {
    says: /application.pdf by its address/,
    with: said({ type: 'input_file', file_url: 'https://pictures.test/a.pdf' }),
    without: said(),
  },
  '`input[user].content[input_file].file_id`, `input[user].content[input_image].file_id`': {
    says: /content\.\d/,
    with: said(
      { type: 'input_file', file_id: 'file-1' },
      { type: 'input_image', file_id: 'file-2' },
    ),
  },
  '`input[assistant].content`': {
    with: answered({ role: 'assistant', content: 'yes' }),
    without: answered({ role: 'assistant', content: 'no' }),
  },
  '`input[assistant].content[output_text].text`': {
    with: answered(text('yes')),
    without: answered(text('no')),
  },
  '`input[assistant].content[input_text].text`': {
    with: answered({ role: 'assistant', content: [{ type: 'input_text', text: 'yes' }] }),
    without: answered(text('no')),
  },
  '`input[assistant].content[refusal].refusal`': {
    with: answered({ role: 'assistant', content: [{ type: 'refusal', refusal: 'never' }] }),
    without: answered(text('no')),
  },
  '`input[reasoning].summary[].text`, `input[reasoning].content[].text`': {
    says: /the reasoning of earlier answers/,
    with: answered(
      { type: 'reasoning', summary: [{ text: 'hm' }], content: [{ text: 'hm' }] },
      text('yes'),
    ),
    without: answered(text('yes')),
  },
  '`input[reasoning].summary[].text`, where the target takes it back': {
    says: /the reasoning of earlier answers/,
    with: answered({ type: 'reasoning', summary: [{ text: 'hm' }] }, text('yes')),
    without: answered(text('yes')),
    target: { takesReasoning: true },
  },
  '`input[reasoning].encrypted_content`': {
    with: answered({ type: 'reasoning', summary: [], encrypted_content: 'e' }, text('yes')),
    without: answered(text('yes')),
  },
  '`input[reasoning].encrypted_content`: of Anthropic': {
    says: /the reasoning of earlier answers/,
    with: answered(
      { type: 'reasoning', summary: [{ text: 'hm' }], encrypted_content: 'anthropic.s' },
      text('yes'),
    ),
    without: answered(text('yes')),
  },
  '`input[reasoning].encrypted_content`: of Google': {
    says: /the reasoning of earlier answers/,
    with: answered(
      { type: 'reasoning', summary: [], encrypted_content: 'google-text.s' },
      text('yes'),
    ),
    without: answered(text('yes')),
  },
  '`input[function_call].call_id`, `input[function_call].name`, `input[function_call].arguments`': {
    with: resulted('sunny'),
    without: {
      input: [user, { type: 'function_call_output', call_id: 'call_1', output: 'sunny' }],
      tools: [tool],
    },
  },
  '`input[function_call_output].call_id`, `input[function_call_output].output`': {
    with: resulted('sunny'),
    without: { input: [user, call], tools: [tool] },
  },
  '`input[function_call_output].output[input_text].text`': {
    with: resulted([sunny]),
    without: resulted('rainy'),
  },
  '`input[function_call_output].output[input_image].image_url`': {
    with: resulted([sunny, { type: 'input_image', image_url: png }]),
    without: resulted([sunny]),
  },
  '`input[function_call_output].output[input_file].file_data`': {
    with: resulted([sunny, { type: 'input_file', file_data: pdf }]),
    without: resulted([sunny]),
  },
  '`input[function_call_output].output[input_file].file_url`': {
    says: /application.pdf by its address/,
    with: resulted([sunny, { type: 'input_file', file_url: 'https://pictures.test/a.pdf' }]),
    without: resulted([sunny]),
  },
  '`input[function_call_output].output[input_file].filename`': {
    with: resulted([sunny, { type: 'input_file', file_data: pdf, filename: 'a.pdf' }]),
    without: resulted([sunny, { type: 'input_file', file_data: pdf }]),
  },
  '`input[custom_tool_call].call_id`, `input[custom_tool_call].name`, `input[custom_tool_call].input`':
    {
      with: patched('done'),
      without: {
        input: [user, { type: 'custom_tool_call_output', call_id: 'call_2', output: 'done' }],
        tools: [patch],
      },
    },
  '`input[custom_tool_call_output].call_id`, `input[custom_tool_call_output].output`': {
    with: patched('done'),
    without: { input: [user, patchCall], tools: [patch] },
  },
  '`input[custom_tool_call_output].output[input_text].text`': {
    with: patched([sunny]),
    without: patched('rainy'),
  },
  '`input[custom_tool_call_output].output[input_image].image_url`': {
    with: patched([sunny, { type: 'input_image', image_url: png }]),
    without: patched([sunny]),
  },
  '`input[custom_tool_call_output].output[input_file].file_data`': {
    with: patched([sunny, { type: 'input_file', file_data: pdf }]),
    without: patched([sunny]),
  },
  '`input[custom_tool_call_output].output[input_file].file_url`': {
    says: /application.pdf by its address/,
    with: patched([sunny, { type: 'input_file', file_url: 'https://pictures.test/a.pdf' }]),
    without: patched([sunny]),
  },
  '`input[custom_tool_call_output].output[input_file].filename`': {
    with: patched([sunny, { type: 'input_file', file_data: pdf, filename: 'a.pdf' }]),
    without: patched([sunny, { type: 'input_file', file_data: pdf }]),
  },
  '`input[].id`, `input[].status`, of an item of any type': {
    with: answered({ ...text('yes'), id: 'msg_1', status: 'completed' }),
    without: answered(text('yes')),
  },
  '`input[web_search_call].action`, and other calls of the vendor’s own tools': {
    with: answered(
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'q' } },
      text('yes'),
    ),
    without: answered(text('yes')),
  },
  '`input[item_reference].id`, with its type or without, and items of other types': {
    with: answered({ type: 'item_reference', id: 'msg_1' }),
  },
  '`max_output_tokens`': { with: { max_output_tokens: 100 } },
  '`temperature`': { with: { temperature: 0.5 } },
  '`top_p`': { with: { top_p: 0.5 } },
  '`text.format.type`: text': { with: { text: { format: { type: 'text' } } } },
  '`text.format.type`: json_object': { with: { text: { format: { type: 'json_object' } } } },
  '`text.format.schema`': { with: format({}) },
  '`text.format.name`': { with: format({ name: 'place' }), without: format({}) },
  '`text.format.description`': {
    with: format({ name: 'place', description: 'A place.' }),
    without: format({ name: 'place' }),
  },
  '`text.format.strict`': { with: format({ strict: true }), without: format({}) },
  '`text.verbosity`': { with: { text: { verbosity: 'low' } } },
  '`tools[function].name`, `tools[function].parameters`': { with: { tools: [tool] } },
  '`tools[function].description`': {
    with: { tools: [{ ...tool, description: 'looks' }] },
    without: { tools: [tool] },
  },
  '`tools[function].strict`': {
    with: { tools: [{ ...tool, strict: true }] },
    without: { tools: [tool] },
  },
  '`tools[custom].name`, `tools[custom].description`': { with: { tools: [patch] } },
  '`tools[custom].format`': {
    with: {
      tools: [{ ...patch, format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }],
    },
    without: { tools: [patch] },
  },
  '`tools[web_search]`, and other tools of the vendor’s own, beside the client’s': {
    with: { tools: [tool, { type: 'web_search' }] },
    without: { tools: [tool] },
  },
  '`tools[web_search]`, alone or forced': {
    says: /the tool web_search/,
    with: { tools: [{ type: 'web_search' }] },
  },
  '`tool_choice`': { with: { tools: [tool], tool_choice: 'required' }, without: { tools: [tool] } },
  '`tool_choice.type`, `tool_choice.name`': {
    with: { tools: [tool], tool_choice: { type: 'function', name: 'look' } },
    without: { tools: [tool] },
  },
  '`tool_choice.mode`, and choices of other kinds': {
    says: /tool_choice/,
    with: { tools: [tool], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } },
  },
  '`parallel_tool_calls`': {
    with: { tools: [tool], parallel_tool_calls: false },
    without: { tools: [tool] },
  },
  '`reasoning.effort`': { with: { reasoning: { effort: 'low' } } },
  '`reasoning.summary`': {
    with: { reasoning: { effort: 'low', summary: 'auto' } },
    without: { reasoning: { effort: 'low' } },
  },
  '`previous_response_id`, `conversation`, `prompt`, `background`, `top_logprobs`, `include` of log probabilities':
    {
      with: {
        previous_response_id: 'resp_1',
        conversation: 'conv_1',
        prompt: { id: 'pmpt_1' },
        background: true,
        top_logprobs: 2,
        include: ['message.output_text.logprobs'],
      },
    },
  '`include` of anything else': { with: { include: ['reasoning.encrypted_content'] } },
  '`store`, `truncation`, `metadata`, `service_tier`, `prompt_cache_key`, `max_tool_calls`, and all others':
    {
      with: {
        store: true,
        truncation: 'auto',
        metadata: { a: 'b' },
        service_tier: 'flex',
        prompt_cache_key: 'k',
        max_tool_calls: 3,
      },
    },
  '`store` false, `truncation` disabled, `service_tier` auto': {
    with: { store: false, truncation: 'disabled', service_tier: 'auto' },
  },
};
