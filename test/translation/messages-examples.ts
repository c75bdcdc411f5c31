/**
 * For each row of the table of `anthropic-messages` requests: a body with what the row names, and
 * one without it.
 */

import type { Examples } from './table.ts';

const user = { role: 'user', content: 'hi' };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  additionalProperties: false,
};
const tool = { name: 'look', input_schema: schema };
const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { city: 'Rome' } };
const png = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };

const text = (value: string) => ({ type: 'text', text: value });

const said = (...blocks: readonly object[]) => ({
  messages: [{ role: 'user', content: [text('hi'), text('there'), ...blocks] }],
});
const answered = (...content: readonly object[]) => ({
  messages: [user, { role: 'assistant', content }, user],
});
const yes = { type: 'text', text: 'yes' };
const resulted = (fields: object) => ({
  messages: [
    user,
    { role: 'assistant', content: [use] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', ...fields }] },
  ],
  tools: [tool],
});
const sunny = { type: 'text', text: 'sunny' };
const thinking = { thinking: { type: 'enabled', budget_tokens: 4000 }, max_tokens: 9000 };
const webSearch = { type: 'web_search_20250305', name: 'web_search', max_uses: 2 };

/** What a prompt cache is to keep. */
const mark = { cache_control: { type: 'ephemeral' } };
const marked = (more: object) => ({
  ...more,
  system: [{ type: 'text', text: 'be short', ...more }],
  tools: [{ name: 'look', input_schema: { type: 'object', properties: {} }, ...more }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi', ...more }] }],
});

export const messagesExamples: Examples = {
  '`model`, `stream`': { with: { model: 'other', stream: true } },
  '`system`': { with: { system: 'be short' } },
  '`system[text].text`': { with: { system: [{ type: 'text', text: 'be short' }] } },
  '`messages[system].content`': {
    with: { messages: [{ role: 'system', content: 'be short' }, user, user] },
    without: { messages: [user, user] },
  },
  '`messages[system].content[text].text`': {
    with: {
      messages: [{ role: 'system', content: [{ type: 'text', text: 'be short' }] }, user, user],
    },
    without: { messages: [user, user] },
  },
  '`messages[user].content`': { with: { messages: [{ role: 'user', content: 'hello' }] } },
  '`messages[user].content[text].text`': {
    with: said({ type: 'text', text: 'and more' }),
    without: said(),
  },
  '`messages[user].content[image].source.media_type`, `messages[user].content[image].source.data`':
    {
      with: said({ type: 'image', source: png }),
      without: said(),
    },
  '`messages[user].content[image].source.url`': {
    with: said({ type: 'image', source: { type: 'url', url: 'https://pictures.test/a.png' } }),
    without: said(),
  },
  '`messages[user].content[document].title`': {
    says: /filename/,
    with: said({ type: 'document', source: pdf, title: 'a.pdf' }),
    without: said({ type: 'document', source: pdf }),
  },
  '`messages[user].content[document].source.media_type`, `messages[user].content[document].source.data`':
    {
      with: said({ type: 'document', source: pdf }),
      without: said(),
    },
  '`messages[user].content[document].source.url`': {
    says: /application.pdf by its address/,
    with: said({ type: 'document', source: { type: 'url', url: 'https://pictures.test/a.pdf' } }),
    without: said(),
  },
  '`messages[user].content[document].source.data`: a text': {
    with: said({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'words' },
    }),
    without: said(),
  },
  '`messages[user].content[document].context`, `messages[user].content[document].citations.enabled`':
    {
      says: /context.*citations/,
      with: said({ type: 'document', source: pdf, context: 'old', citations: { enabled: true } }),
      without: said({ type: 'document', source: pdf }),
    },
  '`messages[user].content[search_result].title`, and blocks of other types': {
    says: /search_result/,
    with: said({ type: 'search_result', title: 'a', source: 'b', content: [] }),
  },
  '`messages[user].content[tool_result].tool_use_id`, `messages[user].content[tool_result].content`':
    {
      with: resulted({ content: 'sunny' }),
      without: { messages: [user, { role: 'assistant', content: [use] }, user], tools: [tool] },
    },
  '`messages[user].content[tool_result].content[text].text`': {
    with: resulted({ content: [sunny] }),
    without: resulted({ content: 'rainy' }),
  },
  '`messages[user].content[tool_result].content[image].source.media_type`, `messages[user].content[tool_result].content[image].source.data`':
    {
      with: resulted({ content: [sunny, { type: 'image', source: png }] }),
      without: resulted({ content: [sunny] }),
    },
  '`messages[user].content[tool_result].content[image].source.url`': {
    with: resulted({
      content: [
        sunny,
        { type: 'image', source: { type: 'url', url: 'https://pictures.test/a.png' } },
      ],
    }),
    without: resulted({ content: [sunny] }),
  },
  '`messages[user].content[tool_result].content[document].source.media_type`, `messages[user].content[tool_result].content[document].source.data`':
    {
      with: resulted({ content: [sunny, { type: 'document', source: pdf }] }),
      without: resulted({ content: [sunny] }),
    },
  '`messages[user].content[tool_result].content[document].title`': {
    says: /filename/,
    with: resulted({ content: [sunny, { type: 'document', source: pdf, title: 'a.pdf' }] }),
    without: resulted({ content: [sunny, { type: 'document', source: pdf }] }),
  },
  '`messages[user].content[tool_result].content[document].source.url`': {
    says: /application.pdf by its address/,
    with: resulted({
      content: [
        sunny,
        { type: 'document', source: { type: 'url', url: 'https://pictures.test/a.pdf' } },
      ],
    }),
    without: resulted({ content: [sunny] }),
  },
  '`messages[user].content[tool_result].content[tool_reference].tool_name`': {
    says: /The tool look is loaded/,
    with: resulted({ content: [{ type: 'tool_reference', tool_name: 'look' }] }),
    without: resulted({ content: [sunny] }),
  },
  '`messages[user].content[tool_result].is_error`': {
    with: resulted({ content: 'no sky', is_error: true }),
    without: resulted({ content: 'no sky' }),
  },
  '`messages[assistant].content`': {
    with: { messages: [user, { role: 'assistant', content: 'yes' }, user] },
    without: { messages: [user, { role: 'assistant', content: 'no' }, user] },
  },
  '`messages[assistant].content[text].text`': {
    with: answered(yes),
    without: answered({ type: 'text', text: 'no' }),
  },
  '`messages[assistant].content`, the beginning of the answer': {
    says: /an answer that has begun/,
    with: { messages: [user, { role: 'assistant', content: 'The answer is' }] },
  },
  '`messages[assistant].content`, the beginning of the answer, where the target goes on from it': {
    with: { messages: [user, { role: 'assistant', content: 'The answer is' }] },
    without: { messages: [user, { role: 'assistant', content: 'It is' }] },
    target: { prefill: {} },
  },
  '`messages[assistant].content[thinking].thinking`': {
    says: /the reasoning of earlier answers/,
    with: answered({ type: 'thinking', thinking: 'hm' }, yes),
    without: answered(yes),
  },
  '`messages[assistant].content[thinking].thinking`, where the target takes it back': {
    says: /the reasoning of earlier answers/,
    with: answered({ type: 'thinking', thinking: 'hm' }, yes),
    without: answered(yes),
    target: { takesReasoning: true },
  },
  '`messages[assistant].content[thinking].signature`, `messages[assistant].content[redacted_thinking].data`':
    {
      with: answered(
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
        yes,
      ),
      without: answered({ type: 'thinking', thinking: 'hm' }, yes),
    },
  '`messages[assistant].content[thinking].signature`: of OpenAI': {
    says: /the reasoning of earlier answers/,
    with: answered({ type: 'thinking', thinking: 'hm', signature: 'openai.e' }, yes),
    without: answered(yes),
  },
  '`messages[assistant].content[thinking].signature`: of Google': {
    says: /the reasoning of earlier answers/,
    with: answered({ type: 'thinking', thinking: '', signature: 'google-text.s' }, yes),
    without: answered(yes),
  },
  '`messages[assistant].content[tool_use].id`, `messages[assistant].content[tool_use].name`, `messages[assistant].content[tool_use].input`':
    {
      with: resulted({ content: 'sunny' }),
      without: {
        messages: [
          user,
          { role: 'assistant', content: [] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' }],
          },
        ],
        tools: [tool],
      },
    },
  '`messages[assistant].content[server_tool_use].name`, `messages[assistant].content[web_search_tool_result].content`, and other calls of the vendor’s own tools':
    {
      with: answered(
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
        {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_1',
          content: [{ type: 'web_search_result', url: 'u' }],
        },
        yes,
      ),
      without: answered(yes),
    },
  '`max_tokens`': { with: { max_tokens: 100 } },
  '`temperature`': { with: { temperature: 0.5 } },
  '`top_p`': { with: { top_p: 0.5 } },
  '`top_k`': { with: { top_k: 5 } },
  '`stop_sequences`': { says: /stop sequence/, with: { stop_sequences: ['END'] } },
  '`tools[].name`, `tools[].input_schema`': { with: { tools: [tool] } },
  '`tools[].description`': {
    with: { tools: [{ ...tool, description: 'looks' }] },
    without: { tools: [tool] },
  },
  '`tools[].strict`': { with: { tools: [{ ...tool, strict: true }] }, without: { tools: [tool] } },
  '`tools[web_search_20250305].name`, and other tools of the vendor’s own, beside the client’s': {
    says: /the tool web_search/,
    with: { tools: [tool, webSearch] },
    without: { tools: [tool] },
  },
  '`tools[web_search_20250305].name`, alone or forced': {
    says: /the tool web_search/,
    with: { tools: [webSearch] },
  },
  '`tool_choice.type`': {
    with: { tools: [tool], tool_choice: { type: 'any' } },
    without: { tools: [tool] },
  },
  '`tool_choice.name`': {
    with: { tools: [tool], tool_choice: { type: 'tool', name: 'look' } },
    without: { tools: [tool] },
  },
  '`tool_choice.disable_parallel_tool_use`': {
    says: /parallel_tool_calls/,
    with: { tools: [tool], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    without: { tools: [tool], tool_choice: { type: 'auto' } },
  },
  '`thinking.type`: enabled, `thinking.budget_tokens`': {
    with: thinking,
    without: { max_tokens: 9000 },
  },
  '`thinking.type`: adaptive': {
    with: { thinking: { type: 'adaptive' }, max_tokens: 9000 },
    without: { max_tokens: 9000 },
  },
  '`thinking.type`: disabled': { with: { thinking: { type: 'disabled' } } },
  '`output_config.effort`, with `thinking`': {
    with: { ...thinking, output_config: { effort: 'high' } },
    without: { max_tokens: 9000 },
  },
  '`output_config.effort`, alone': { with: { output_config: { effort: 'high' } } },
  '`output_config.format.type`, `output_config.format.schema`': {
    with: { output_config: { format: { type: 'json_schema', schema } } },
  },
  '`output_format.type`, `output_format.schema`': {
    with: { output_format: { type: 'json_schema', schema } },
  },
  '`container`, `mcp_servers`': {
    with: {
      container: 'c',
      mcp_servers: [{ url: 'https://mcp.test' }],
    },
  },
  '`system[].cache_control`, `messages[].content[].cache_control`, `tools[].cache_control`, `cache_control`':
    {
      with: marked(mark),
      without: marked({}),
    },
  '`system[].cache_control`, `messages[].content[].cache_control`, where the target takes them': {
    with: marked(mark),
    without: marked({}),
    target: { cacheMarks: 'client' },
  },
  '`metadata.user_id`, `service_tier`, `context_management`, and all others': {
    says: /metadata.*service_tier.*context_management/,
    with: {
      metadata: { user_id: 'ann' },
      service_tier: 'standard_only',
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
    },
  },
  '`service_tier` auto': { with: { service_tier: 'auto' } },
};
