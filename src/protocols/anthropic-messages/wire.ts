/**
 * The shape of an `anthropic-messages` body, as far as the translate leg reads it. Other fields are
 * left out, with a note.
 */

import { cacheControl } from '../translation/cache-marks.ts';
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

const source = variant('type', {
  base64: { media_type: text, data: text },
  url: { url: text },
  text: { media_type: maybe(text), data: text },
});

const cache_control = cacheControl;

const plainBlocks = {
  text: { text, cache_control },
  image: { source, cache_control },
  document: { source, title: maybe(text), cache_control },
};
const textBlock = object({ type: word('text'), text, cache_control });
/** A client's search for tools names those that it found; from then on they are among its tools. */
const resultBlocks = { ...plainBlocks, tool_reference: { tool_name: text } };
const resultContent = either(text, list(variant('type', resultBlocks)));

const userBlock = variant('type', {
  ...plainBlocks,
  tool_result: { tool_use_id: text, content: maybe(resultContent), cache_control },
});

/** Calls made and answered by the vendor itself; other vendors have no equivalent. */
const hostedBlocks = {
  server_tool_use: {},
  web_search_tool_result: {},
  web_fetch_tool_result: {},
  code_execution_tool_result: {},
  bash_code_execution_tool_result: {},
  text_editor_code_execution_tool_result: {},
  tool_search_tool_result: {},
  mcp_tool_use: {},
  mcp_tool_result: {},
};

const assistantBlock = variant('type', {
  text: { text, cache_control },
  thinking: { thinking: text, signature: sealField('signature') },
  redacted_thinking: {},
  ...hostedBlocks,
  tool_use: { id: text, name: text, input: anything, cache_control },
});

const message = variant('role', {
  user: { content: either(text, list(userBlock)) },
  assistant: { content: either(text, list(assistantBlock)) },
  system: { content: either(text, list(textBlock)) },
});

/** The vendor's own tools have types of their own. */
const tool = object({
  type: maybe(text),
  name: text,
  description: maybe(text),
  input_schema: maybe(anyObject),
  strict: maybe(flag),
  cache_control,
});

const toolChoice = variant('type', {
  auto: { disable_parallel_tool_use: maybe(flag) },
  any: { disable_parallel_tool_use: maybe(flag) },
  none: {},
  tool: { name: text, disable_parallel_tool_use: maybe(flag) },
});

const format = object({ type: word('json_schema'), schema: anyObject });

export const messagesBody = object({
  model: anything,
  stream: anything,
  messages: list(message),
  system: maybe(either(text, list(textBlock))),
  max_tokens: maybe(number),
  temperature: maybe(number),
  top_p: maybe(number),
  top_k: maybe(number),
  stop_sequences: maybe(list(text)),
  tools: maybe(list(tool)),
  tool_choice: maybe(toolChoice),
  thinking: maybe(object({ type: text, budget_tokens: maybe(number) })),
  output_config: maybe(object({ effort: maybe(text), format: maybe(format) })),
  output_format: maybe(format),
  cache_control,
});

export type MessagesBody = Infer<typeof messagesBody>;
export type MessagesMessage = Infer<typeof message>;
export type MessagesTool = Infer<typeof tool>;
export type UserBlock = Infer<typeof userBlock>;
export type AssistantBlock = Infer<typeof assistantBlock>;
export type FileSource = Infer<typeof source>;
