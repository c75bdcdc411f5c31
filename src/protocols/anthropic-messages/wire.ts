/** The shape of an `anthropic-messages` body as far as the translate leg reads it. What stands in a body beside it is left out, with a note. */

import { z } from 'zod';

const source = z.discriminatedUnion('type', [
  z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
  z.object({ type: z.literal('url'), url: z.string() }),
  z.object({ type: z.literal('text'), media_type: z.string().nullish(), data: z.string() }),
]);

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const imageBlock = z.object({ type: z.literal('image'), source });
const documentBlock = z.object({
  type: z.literal('document'),
  source,
  title: z.string().nullish(),
});

const resultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock]))])
    .nullish(),
});

const userBlock = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, resultBlock]);

/** Calls that the vendor made and answered itself: nobody else can be told of them. */
const hostedBlocks = [
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'mcp_tool_use',
  'mcp_tool_result',
] as const;

const assistantBlock = z.discriminatedUnion('type', [
  textBlock,
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z.object({ type: z.literal('redacted_thinking') }),
  z.object({ type: z.enum(hostedBlocks) }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.unknown().optional(),
  }),
]);

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(userBlock)]) }),
  z.object({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.object({ role: z.literal('system'), content: z.union([z.string(), z.array(textBlock)]) }),
]);

/** Tools of the vendor's own have a type of their own. */
const tool = z.object({
  type: z.string().nullish(),
  name: z.string(),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const toolChoice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.object({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.object({ type: z.literal('none') }),
  z.object({
    type: z.literal('tool'),
    name: z.string(),
    disable_parallel_tool_use: z.boolean().nullish(),
  }),
]);

const format = z.object({
  type: z.literal('json_schema'),
  schema: z.record(z.string(), z.unknown()),
});

const number = z.number().nullish();

export const messagesBody = z.object({
  model: z.unknown().optional(),
  stream: z.unknown().optional(),
  messages: z.array(message),
  system: z.union([z.string(), z.array(textBlock)]).nullish(),
  max_tokens: number,
  temperature: number,
  top_p: number,
  top_k: number,
  stop_sequences: z.array(z.string()).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: z.object({ type: z.string(), budget_tokens: number }).nullish(),
  output_config: z.object({ effort: z.string().nullish(), format: format.nullish() }).nullish(),
  output_format: format.nullish(),
});

export type MessagesBody = z.infer<typeof messagesBody>;
export type MessagesMessage = z.infer<typeof message>;
export type MessagesTool = z.infer<typeof tool>;
export type UserBlock = z.infer<typeof userBlock>;
export type AssistantBlock = z.infer<typeof assistantBlock>;
export type FileSource = z.infer<typeof source>;
