/**
 * For each row of the table of `openai-chat` requests: a body with what the row names, and one
 * without it.
 */

import { packThoughts } from '../../src/protocols/translation/sealed.ts';
import type { Examples } from './table.ts';

const user = { role: 'user', content: 'hi' };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  additionalProperties: false,
};
const call = {
  id: 'call_1',
  type: 'function',
  function: { name: 'look', arguments: '{"city":"Rome"}' },
};
const tool = { type: 'function', function: { name: 'look', parameters: schema } };
const png = 'data:image/png;base64,iVBORw0KGgo=';
const pdf = 'data:application/pdf;base64,JVBERi0=';

/** A message of the user's that holds this beside its text. */
const text = (value: string) => ({ type: 'text', text: value });
const said = (...parts: readonly object[]) => ({
  messages: [{ role: 'user', content: [text('hi'), text('there'), ...parts] }],
});
/** An earlier answer, and what the user says to it. */
const answered = (fields: object) => ({ messages: [user, { role: 'assistant', ...fields }, user] });
/** A call, and its result. */
const called = (content: unknown) => ({
  messages: [
    user,
    { role: 'assistant', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content },
  ],
  tools: [tool],
});
/** A call, with what was thought before it. */
const thoughtOf = (seal: string) => {
  const holdfast = { thought_signature: packThoughts([{ seal, text: 'hm' }]) };
  const sealed = { ...call, extra_content: { holdfast } };
  return { messages: [user, { role: 'assistant', tool_calls: [sealed] }], tools: [tool] };
};
const format = (json_schema: object) => ({ response_format: { type: 'json_schema', json_schema } });

/** A tool that takes a text, and a call of it. */
const patches = [{ type: 'custom', custom: { name: 'patch' } }];
const customCall = { id: 'call_2', type: 'custom', custom: { name: 'patch', input: 'a text' } };

/** What a prompt cache is to keep. */
const mark = { cache_control: { type: 'ephemeral' } };
const marked = (more: object) => ({
  ...more,
  messages: [
    { role: 'system', content: 'be short', ...more },
    { role: 'user', content: [{ type: 'text', text: 'hi', ...more }] },
  ],
  tools: [{ ...tool, function: { ...tool.function, ...more }, ...more }],
});

export const chatExamples: Examples = {
  '`model`, `stream`, `stream_options.include_usage`': {
    with: { model: 'other', stream: true, stream_options: { include_usage: true } },
  },
  '`messages[system].content`': {
    with: { messages: [{ role: 'system', content: 'be short' }, user] },
  },
  '`messages[system].content[text].text`': {
    with: { messages: [{ role: 'system', content: [{ type: 'text', text: 'be short' }] }, user] },
  },
  '`messages[developer].content`': {
    with: { messages: [{ role: 'developer', content: 'be short' }, user] },
  },
  '`messages[developer].content[text].text`': {
    with: {
      messages: [{ role: 'developer', content: [{ type: 'text', text: 'be short' }] }, user],
    },
  },
  '`messages[user].content`': { with: { messages: [{ role: 'user', content: 'hello' }] } },
  '`messages[user].content[text].text`': {
    with: said({ type: 'text', text: 'and more' }),
    without: said(),
  },
  '`messages[user].content[image_url].image_url.url`': {
    with: said({ type: 'image_url', image_url: { url: png } }),
    without: said(),
  },
  '`messages[user].content[image_url].image_url.url`, a web address': {
    with: said({ type: 'image_url', image_url: { url: 'https://pictures.test/a.png' } }),
    without: said(),
  },
  '`messages[user].content[image_url].image_url.detail`': {
    with: said({ type: 'image_url', image_url: { url: png, detail: 'low' } }),
    without: said({ type: 'image_url', image_url: { url: png } }),
  },
  '`messages[user].content[file].file.filename`': {
    with: said({ type: 'file', file: { file_data: pdf, filename: 'a.pdf' } }),
    without: said({ type: 'file', file: { file_data: pdf } }),
  },
  '`messages[user].content[file].file.file_data`': {
    with: said({ type: 'file', file: { file_data: pdf } }),
    without: said(),
  },
  '`messages[user].content[file].file.file_id`': {
    says: /file_data/,
    with: said({ type: 'file', file: { file_id: 'file-1' } }),
  },
  '`messages[user].content[input_audio].input_audio.data`, `messages[user].content[input_audio].input_audio.format`':
    {
      says: /audio/,
      with: said({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }),
    },
  '`messages[user].content[video_url].video_url.url`, and parts of other types': {
    with: said({ type: 'video_url', video_url: { url: 'https://pictures.test/a.mp4' } }),
  },
  '`messages[user].name`': { with: { messages: [{ ...user, name: 'ann' }] } },
  '`messages[assistant].content`': {
    with: answered({ content: 'yes' }),
    without: answered({ content: 'no' }),
  },
  '`messages[assistant].content[text].text`': {
    with: answered({ content: [{ type: 'text', text: 'yes' }] }),
    without: answered({ content: [{ type: 'text', text: 'no' }] }),
  },
  '`messages[assistant].content[refusal].refusal`': {
    with: answered({ content: [{ type: 'refusal', refusal: 'never' }] }),
    without: answered({ content: 'no' }),
  },
  '`messages[assistant].audio.id`': { with: answered({ audio: { id: 'audio_1' } }), says: /audio/ },
  '`messages[assistant].refusal`': {
    with: answered({ refusal: 'never' }),
    without: answered({ content: 'no' }),
  },
  '`messages[assistant].reasoning_content`, `messages[assistant].reasoning`': {
    says: /the reasoning of earlier answers/,
    with: answered({ content: 'yes', reasoning_content: 'hm', reasoning: 'hm' }),
    without: answered({ content: 'yes' }),
  },
  '`messages[assistant].reasoning_content`, where the target takes it back': {
    says: /the reasoning of earlier answers/,
    with: answered({ content: 'yes', reasoning_content: 'hm' }),
    without: answered({ content: 'yes' }),
    target: { takesReasoning: true },
  },
  '`messages[assistant].tool_calls[function].id`, `messages[assistant].tool_calls[function].function.name`, `messages[assistant].tool_calls[function].function.arguments`':
    {
      with: called('sunny'),
      without: {
        messages: [
          user,
          { role: 'assistant', content: '' },
          { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        ],
        tools: [tool],
      },
    },
  '`messages[assistant].tool_calls[].extra_content.google.thought_signature`': {
    says: /the reasoning of earlier answers/,
    with: {
      messages: [
        user,
        {
          role: 'assistant',
          tool_calls: [{ ...call, extra_content: { google: { thought_signature: 's' } } }],
        },
      ],
      tools: [tool],
    },
    without: { messages: [user, { role: 'assistant', tool_calls: [call] }], tools: [tool] },
  },
  '`messages[assistant].tool_calls[].extra_content.holdfast.thought_signature`: of Anthropic': {
    says: /the reasoning of earlier answers/,
    with: thoughtOf('anthropic.s'),
    without: { messages: [user, { role: 'assistant', tool_calls: [call] }], tools: [tool] },
  },
  '`messages[assistant].tool_calls[].extra_content.holdfast.thought_signature`: of OpenAI': {
    says: /the reasoning of earlier answers/,
    with: thoughtOf('openai.e'),
    without: { messages: [user, { role: 'assistant', tool_calls: [call] }], tools: [tool] },
  },
  '`messages[tool].tool_call_id`, `messages[tool].content`': {
    with: called('sunny'),
    without: { messages: [user, { role: 'assistant', tool_calls: [call] }], tools: [tool] },
  },
  '`messages[tool].content[text].text`': {
    with: called([{ type: 'text', text: 'sunny' }]),
    without: called('rainy'),
  },
  '`messages[tool].content[image_url].image_url.url`': {
    with: called([
      { type: 'text', text: 'sunny' },
      { type: 'image_url', image_url: { url: png } },
    ]),
    without: called('sunny'),
  },
  '`max_tokens`': { with: { max_tokens: 100 } },
  '`max_completion_tokens`': { with: { max_completion_tokens: 100 } },
  '`temperature`': { with: { temperature: 0.5 } },
  '`top_p`': { with: { top_p: 0.5 } },
  '`top_k`': { with: { top_k: 5 } },
  '`seed`': { with: { seed: 7 } },
  '`presence_penalty`': { with: { presence_penalty: 1 } },
  '`frequency_penalty`': { with: { frequency_penalty: 1 } },
  '`stop`': { with: { stop: ['END'] } },
  '`response_format.type`: text': { with: { response_format: { type: 'text' } } },
  '`response_format.type`: json_object': { with: { response_format: { type: 'json_object' } } },
  '`response_format.json_schema.schema`': { with: format({ schema }) },
  '`response_format.json_schema.name`': {
    with: format({ schema, name: 'place' }),
    without: format({ schema }),
  },
  '`response_format.json_schema.description`': {
    with: format({ schema, name: 'place', description: 'A place.' }),
    without: format({ schema, name: 'place' }),
  },
  '`response_format.json_schema.strict`': {
    with: format({ schema, strict: true }),
    without: format({ schema }),
  },
  '`tools[function].function.name`, `tools[function].function.parameters`': {
    with: { tools: [tool] },
  },
  '`tools[function].function.description`': {
    with: { tools: [{ type: 'function', function: { ...tool.function, description: 'looks' } }] },
    without: { tools: [tool] },
  },
  '`tools[function].function.strict`': {
    with: { tools: [{ type: 'function', function: { ...tool.function, strict: true } }] },
    without: { tools: [tool] },
  },
  '`tools[custom].custom.name`, `tools[custom].custom.description`, `tools[custom].custom.format`':
    {
      with: {
        tools: [
          {
            type: 'custom',
            custom: { name: 'patch', description: 'patches', format: { type: 'grammar' } },
          },
        ],
      },
    },
  '`tools[custom].cache_control`, where the target takes it': {
    with: { tools: [{ type: 'custom', custom: { name: 'patch' }, ...mark }] },
    without: { tools: [{ type: 'custom', custom: { name: 'patch' } }] },
    target: { cacheMarks: 'client' },
  },
  '`messages[assistant].tool_calls[custom].id`, `messages[assistant].tool_calls[custom].custom.name`, `messages[assistant].tool_calls[custom].custom.input`':
    {
      with: {
        messages: [
          user,
          { role: 'assistant', tool_calls: [customCall] },
          { role: 'tool', tool_call_id: 'call_2', content: 'done' },
        ],
      },
    },
  '`tool_choice.type`, `tool_choice.custom.name`': {
    with: { tools: patches, tool_choice: { type: 'custom', custom: { name: 'patch' } } },
    without: { tools: patches },
  },
  '`tools[web_search].web_search`, and tools of other types': {
    says: /type/,
    with: { tools: [{ type: 'web_search', web_search: {} }] },
  },
  '`tool_choice`': { with: { tools: [tool], tool_choice: 'required' }, without: { tools: [tool] } },
  '`tool_choice.type`, `tool_choice.function.name`': {
    with: { tools: [tool], tool_choice: { type: 'function', function: { name: 'look' } } },
    without: { tools: [tool] },
  },
  '`tool_choice.allowed_tools.mode`, and choices of other kinds': {
    says: /tool_choice/,
    with: {
      tools: [tool],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
    },
  },
  '`parallel_tool_calls`': {
    with: { tools: [tool], parallel_tool_calls: false },
    without: { tools: [tool] },
  },
  '`reasoning_effort`': { with: { reasoning_effort: 'low' } },
  '`reasoning.effort`': { with: { reasoning: { effort: 'low' } } },
  '`n` above 1, `logprobs`, `top_logprobs`, `logit_bias`, `audio`, `modalities` beyond text, `functions`, `function_call`, `web_search_options`, `guided_json`, `guided_regex`, `guided_choice`, `guided_grammar`, `grammar`':
    {
      with: {
        n: 2,
        logprobs: true,
        top_logprobs: 2,
        logit_bias: { 7: 1 },
        audio: { voice: 'alloy' },
        modalities: ['text', 'audio'],
        functions: [{ name: 'look' }],
        function_call: 'auto',
        web_search_options: { city: 'Rome' },
        guided_json: schema,
        guided_regex: 'a+',
        guided_choice: ['a'],
        guided_grammar: 'root',
        grammar: 'root',
      },
    },
  '`messages[].cache_control`, `messages[].content[].cache_control`, `tools[].cache_control`, `tools[].function.cache_control`, `cache_control`':
    { with: marked(mark), without: marked({}) },
  '`messages[].cache_control`, `messages[].content[].cache_control`, `tools[].cache_control`, `cache_control`, where the target takes them':
    { with: marked(mark), without: marked({}), target: { cacheMarks: 'client' } },
  '`store`, `metadata`, `user`, `service_tier`, `prompt_cache_key`, `verbosity`, and all others': {
    with: {
      store: true,
      metadata: { a: 'b' },
      user: 'ann',
      service_tier: 'flex',
      prompt_cache_key: 'k',
      verbosity: 'low',
    },
  },
  '`store` false, `service_tier` auto': { with: { store: false, service_tier: 'auto' } },
};
