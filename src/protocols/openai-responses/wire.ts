/** The shape of an `openai-responses` body as far as the translate leg reads it. What stands in a body beside it is left out, with a note. */

import { z } from 'zod';
import { isRecord } from '../is-record.ts';

const textPart = z.object({ type: z.literal('input_text'), text: z.string() });
const imagePart = z.object({ type: z.literal('input_image'), image_url: z.string() });
const filePart = z.object({
  type: z.literal('input_file'),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: z.string().nullish(),
});
const inputPart = z.discriminatedUnion('type', [textPart, imagePart, filePart]);

const saidPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output_text'), text: z.string() }),
  z.object({ type: z.literal('input_text'), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
]);

/** Items of an earlier answer bear them; they say nothing to anybody else. */
const ofEarlierAnswer = { id: z.unknown().optional(), status: z.unknown().optional() };

const message = z.discriminatedUnion('role', [
  z.object({
    type: z.literal('message'),
    ...ofEarlierAnswer,
    role: z.enum(['user', 'system', 'developer']),
    content: z.union([z.string(), z.array(inputPart)]),
  }),
  z.object({
    type: z.literal('message'),
    ...ofEarlierAnswer,
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(saidPart)]),
  }),
]);

const thoughtPart = z.object({ text: z.string() });
const output = z.union([z.string(), z.array(inputPart)]);

/** Calls that the vendor made and answered itself: nobody else can be told of them. */
const hostedCalls = [
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_list_tools',
  'mcp_call',
  'tool_search_call',
  'tool_search_output',
] as const;

const otherItem = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('reasoning'),
    ...ofEarlierAnswer,
    summary: z.array(thoughtPart).nullish(),
    content: z.array(thoughtPart).nullish(),
  }),
  z.object({
    type: z.literal('function_call'),
    ...ofEarlierAnswer,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), ...ofEarlierAnswer, call_id: z.string(), output }),
  z.object({
    type: z.literal('custom_tool_call'),
    ...ofEarlierAnswer,
    call_id: z.string(),
    name: z.string(),
    input: z.string(),
  }),
  z.object({ type: z.literal('custom_tool_call_output'), ...ofEarlierAnswer, call_id: z.string(), output }),
  z.object({ type: z.enum(hostedCalls), ...ofEarlierAnswer }),
]);

/** An item without a type is a message; it may be a reference too, which nobody reads here. */
const item = z.preprocess(
  (value) => (isRecord(value) && (value['type'] ?? null) === null ? { ...value, type: 'message' } : value),
  z.discriminatedUnion('type', [message, otherItem]),
);

const format = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string().nullish(),
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

/** Tools of the vendor's own have a type of their own. */
const tool = z.object({
  type: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
  format: z.unknown().optional(),
});

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.enum(['function', 'custom']), name: z.string() }),
]);

const number = z.number().nullish();

export const responsesBody = z.object({
  model: z.unknown().optional(),
  stream: z.unknown().optional(),
  input: z.union([z.string(), z.array(item)]),
  instructions: z.string().nullish(),
  max_output_tokens: number,
  temperature: number,
  top_p: number,
  text: z.object({ format: format.nullish() }).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z.object({ effort: z.string().nullish(), summary: z.unknown().optional() }).nullish(),
});

export type ResponsesBody = z.infer<typeof responsesBody>;
export type ResponsesItem = z.infer<typeof item>;
export type ResponsesTool = z.infer<typeof tool>;
export type InputPart = z.infer<typeof inputPart>;
