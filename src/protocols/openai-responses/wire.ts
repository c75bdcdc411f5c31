/**
 * The shape of an `openai-responses` body, as far as the translate leg reads it. Other fields are
 * left out, with a note.
 */

import { sealField } from '../translation/seals.ts';
import {
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

const inputPart = variant('type', {
  input_text: { text },
  input_image: { image_url: text },
  input_file: { file_data: maybe(text), file_url: maybe(text), filename: maybe(text) },
});

const saidPart = variant('type', {
  output_text: { text },
  input_text: { text },
  refusal: { refusal: text },
});

/** Fields of an earlier answer's items, without meaning for other vendors. */
const ofEarlierAnswer = { id: anything, status: anything };

const heard = {
  type: maybe(word('message')),
  ...ofEarlierAnswer,
  content: either(text, list(inputPart)),
};
const message = variant('role', {
  user: heard,
  system: heard,
  developer: heard,
  assistant: { ...heard, content: either(text, list(saidPart)) },
});

const thoughts = maybe(list(object({ text })));
const output = either(text, list(inputPart));

/** Calls made and answered by the vendor itself; other vendors have no equivalent. */
const hostedCalls = {
  web_search_call: ofEarlierAnswer,
  file_search_call: ofEarlierAnswer,
  code_interpreter_call: ofEarlierAnswer,
  image_generation_call: ofEarlierAnswer,
  mcp_list_tools: ofEarlierAnswer,
  mcp_call: ofEarlierAnswer,
  tool_search_call: ofEarlierAnswer,
  tool_search_output: ofEarlierAnswer,
};

/** An item without a type is a message or a reference; references are refused elsewhere. */
const item = variant(
  'type',
  {
    message,
    reasoning: {
      ...ofEarlierAnswer,
      summary: thoughts,
      content: thoughts,
      encrypted_content: sealField('encrypted_content'),
    },
    function_call: { ...ofEarlierAnswer, call_id: text, name: text, arguments: text },
    function_call_output: { ...ofEarlierAnswer, call_id: text, output },
    custom_tool_call: { ...ofEarlierAnswer, call_id: text, name: text, input: text },
    custom_tool_call_output: { ...ofEarlierAnswer, call_id: text, output },
    ...hostedCalls,
  },
  'message',
);

const format = variant('type', {
  text: {},
  json_object: {},
  json_schema: {
    name: maybe(text),
    description: maybe(text),
    schema: anyObject,
    strict: maybe(flag),
  },
});

/** The vendor's own tools have types of their own. */
const tool = object({
  type: text,
  name: maybe(text),
  description: maybe(text),
  parameters: maybe(anyObject),
  strict: maybe(flag),
  format: anything,
});

const toolChoice = either(
  word('auto', 'none', 'required'),
  object({ type: word('function', 'custom'), name: text }),
);

export const responsesBody = object({
  model: anything,
  stream: anything,
  input: either(text, list(item)),
  instructions: maybe(text),
  max_output_tokens: maybe(number),
  temperature: maybe(number),
  top_p: maybe(number),
  text: maybe(object({ format: maybe(format) })),
  tools: maybe(list(tool)),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: maybe(flag),
  reasoning: maybe(object({ effort: maybe(text), summary: anything })),
});

export type ResponsesBody = Infer<typeof responsesBody>;
export type ResponsesItem = Infer<typeof item>;
export type ResponsesMessage = Infer<typeof message>;
export type ResponsesTool = Infer<typeof tool>;
export type InputPart = Infer<typeof inputPart>;
