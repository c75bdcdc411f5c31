/**
 * The shape of an `openai-chat` body, as far as the translate leg reads it. Other fields are left
 * out, with a note.
 */

import { cacheControl } from '../translation/cache-marks.ts';
import { packField } from '../translation/seals.ts';
import {
  absent,
  anyObject,
  anything,
  either,
  flag,
  type Infer,
  list,
  maybe,
  number,
  object,
  text,
  variant,
  word,
} from '../translation/shape.ts';

/**
 * Marks a prompt cache: clients of Claude send it in this protocol too.
 * https://openrouter.ai/docs/features/prompt-caching, read 2026-11.
 */
const cache_control = cacheControl;

const part = variant('type', {
  text: { text, cache_control },
  refusal: { refusal: text },
  image_url: { image_url: object({ url: text }), cache_control },
  input_audio: { input_audio: object({ data: text, format: text }) },
  file: { file: object({ file_data: text, filename: maybe(text) }), cache_control },
});
const content = either(text, list(part));

const callParts = {
  id: text,
  extra_content: maybe(
    object({
      google: maybe(object({ thought_signature: maybe(text) })),
      holdfast: maybe(object({ thought_signature: packField('thought_signature') })),
    }),
  ),
};
/** Custom tools take text instead of JSON. */
const toolCall = variant(
  'type',
  {
    function: { ...callParts, function: object({ name: text, arguments: maybe(text) }) },
    custom: { ...callParts, custom: object({ name: text, input: maybe(text) }) },
  },
  'function',
);

const message = variant('role', {
  system: { content, cache_control },
  developer: { content, cache_control },
  user: { content, cache_control },
  assistant: {
    content: maybe(content),
    refusal: maybe(text),
    reasoning_content: maybe(text),
    reasoning: maybe(text),
    tool_calls: maybe(list(toolCall)),
    cache_control,
    // Audio stays with its account, and the answer is incomplete without it.
    audio: absent,
  },
  tool: { tool_call_id: text, content: maybe(content), cache_control },
});

const tool = variant('type', {
  function: {
    function: object({
      name: text,
      description: maybe(text),
      parameters: maybe(anyObject),
      strict: maybe(flag),
      cache_control,
    }),
    cache_control,
  },
  custom: {
    custom: object({ name: text, description: maybe(text), format: anything }),
    cache_control,
  },
});

const toolChoice = either(
  word('auto', 'none', 'required'),
  variant('type', {
    function: { function: object({ name: text }) },
    custom: { custom: object({ name: text }) },
  }),
);

const responseFormat = variant('type', {
  text: {},
  json_object: {},
  json_schema: {
    json_schema: object({
      name: maybe(text),
      description: maybe(text),
      schema: maybe(anyObject),
      strict: maybe(flag),
    }),
  },
});

export const chatBody = object({
  model: anything,
  stream: anything,
  stream_options: maybe(object({ include_usage: anything })),
  messages: list(message),
  max_tokens: maybe(number),
  max_completion_tokens: maybe(number),
  temperature: maybe(number),
  top_p: maybe(number),
  top_k: maybe(number),
  seed: maybe(number),
  presence_penalty: maybe(number),
  frequency_penalty: maybe(number),
  stop: maybe(either(text, list(text))),
  response_format: maybe(responseFormat),
  tools: maybe(list(tool)),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: maybe(flag),
  reasoning_effort: maybe(text),
  reasoning: maybe(object({ effort: maybe(text) })),
  cache_control,
});

export type ChatBody = Infer<typeof chatBody>;
export type ChatMessage = Infer<typeof message>;
export type ChatPart = Infer<typeof part>;
export type ChatTool = Infer<typeof tool>;
