/** Reads the input of an `openai-responses` body into neutral words. */

import { assertNever } from '../../errors.ts';
import { requireFile } from '../translation/data-url.ts';
import { cannotCarry } from '../translation/field-fates.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolOutput,
  UserContent,
  UserFile,
} from '../translation/neutral.ts';
import { foreignSeal, toThought } from '../translation/seals.ts';
import { toTextInput } from '../translation/text-tools.ts';
import { toInputText, toResult } from '../translation/tool-input.ts';
import type { InputPart, ResponsesBody, ResponsesItem, ResponsesMessage } from './wire.ts';

type ToolOutputItem = Extract<ResponsesItem, { type: 'function_call_output' }>['output'];

/** Adjacent items of one answer become one assistant message. */
export function decodeInput({ instructions, input }: ResponsesBody): NeutralMessage[] {
  const messages: NeutralMessage[] =
    instructions == null ? [] : [{ role: 'system', content: instructions }];
  if (typeof input === 'string')
    return [...messages, { role: 'user', content: [{ type: 'text', text: input }] }];
  const names = new Map<string, string>();
  for (const item of input) {
    const message = decodeItem(item, names);
    const last = messages.at(-1);
    if (message?.role === 'assistant' && last?.role === 'assistant')
      last.content.push(...message.content);
    else if (message !== undefined) messages.push(message);
  }
  return messages;
}

/** Skips calls of the vendor's own tools. */
function decodeItem(item: ResponsesItem, names: Map<string, string>): NeutralMessage | undefined {
  switch (item.type) {
    case undefined:
    case null:
    case 'message':
      return decodeMessage(item);
    case 'reasoning':
      return { role: 'assistant', content: decodeReasoning(item) };
    case 'function_call':
      names.set(item.call_id, item.name);
      return toCall(item, item.arguments);
    case 'custom_tool_call':
      names.set(item.call_id, item.name);
      return toCall(item, toTextInput(item.input));
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'tool', content: [toResult(item.call_id, names, decodeOutput(item.output))] };
    default:
      return undefined;
  }
}

function toCall(
  item: { readonly call_id: string; readonly name: string },
  input: unknown,
): NeutralMessage {
  const { call_id: toolCallId, name: toolName } = item;
  return {
    role: 'assistant',
    content: [{ type: 'tool-call', toolCallId, toolName, input: toInputText(input) }],
  };
}

function decodeMessage(item: ResponsesMessage): NeutralMessage {
  switch (item.role) {
    case 'user':
      return { role: 'user', content: decodeUser(item.content) };
    case 'system':
    case 'developer':
      return { role: 'system', content: joinText(item) };
    case 'assistant': {
      const { content } = item;
      const parts =
        typeof content === 'string' ? [{ type: 'output_text', text: content } as const] : content;
      const texts = parts.map((part) => (part.type === 'refusal' ? part.refusal : part.text));
      return { role: 'assistant', content: texts.map((text) => ({ type: 'text', text })) };
    }
    default:
      return assertNever(item);
  }
}

/** Other protocols allow only text in system messages; an image there is refused, not left out. */
function joinText({
  role,
  content,
}: {
  readonly role: string;
  readonly content: string | readonly InputPart[];
}): string {
  if (typeof content === 'string') return content;
  const texts = content.map((part) => {
    if (part.type === 'input_text') return part.text;
    throw cannotCarry(`a content part of the type ${part.type} in a message of the role ${role}`);
  });
  return texts.join('');
}

function decodeUser(content: string | readonly InputPart[]): UserContent {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part) =>
    part.type === 'input_text' ? { type: 'text', text: part.text } : toFile(part),
  );
}

type InputFilePart = Exclude<InputPart, { type: 'input_text' }>;

function toFile(part: InputFilePart): UserFile {
  const url =
    part.type === 'input_image' ? part.image_url : (part.file_data ?? part.file_url ?? '');
  const found = requireFile(url, part.type === 'input_image' ? 'image/*' : 'application/pdf');
  const filename = part.type === 'input_file' ? (part.filename ?? undefined) : undefined;
  return { type: 'file', ...found, ...(filename === undefined ? {} : { filename }) };
}

/** Reads reasoning that is not encrypted, and seals of other vendors. */
function decodeReasoning({
  summary,
  content,
  encrypted_content: seal,
}: Extract<ResponsesItem, { type: 'reasoning' }>): AssistantContent {
  const text = [...(summary ?? []), ...(content ?? [])].map((part) => part.text).join('\n\n');
  const foreign = foreignSeal(seal);
  return text === '' && foreign === undefined ? [] : [toThought({ text, seal: foreign })];
}

function decodeOutput(output: ToolOutputItem): ToolOutput {
  if (typeof output === 'string') return { type: 'text', value: output };
  if (output.every(({ type }) => type === 'input_text'))
    return { type: 'text', value: joinText({ role: 'tool', content: output }) };
  return { type: 'content', value: decodeUser(output) };
}
