/**
 * Writes a neutral conversation as the messages of an `anthropic-messages` body (translate leg).
 */

import type { WireObject } from '../json/is-record.ts';
import { tellMark } from '../translation/cache-marks.ts';
import { nameMedia, readInlineText, readTextFile, toBase64 } from '../translation/file-data.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ReasoningPart,
  ToolContent,
  UserFile,
  UserPart,
} from '../translation/neutral.ts';
import { isSendable, listSystem, toTurns } from '../translation/prompt-shape.ts';
import { openSeal } from '../translation/seals.ts';
import { inputTextOf, parseToolInput } from '../translation/tool-input.ts';

/**
 * The first system messages become the `system` field. A trailing answer is trimmed at its end. Of
 * earlier reasoning, only what the vendor has sealed is sent.
 */
export function encodeMessages(prompt: readonly NeutralMessage[]): WireObject {
  const system = listSystem(prompt).map(({ text, ...said }) => ({
    type: 'text',
    text,
    ...tellMark(said),
  }));
  const turns = toTurns(prompt, (message) => {
    if (message.role === 'user') return message.content.filter(isSendable).map(encodePart);
    return message.role === 'tool'
      ? encodeResults(message.content)
      : encodeAssistant(message.content);
  });
  const trailing = turns.at(-1);
  if (trailing?.isAnswer === true) trimEnd(trailing.parts);
  const messages = turns.map(({ isAnswer, parts: content }) => ({
    role: isAnswer ? 'assistant' : 'user',
    content,
  }));
  return system.length === 0 ? { messages } : { system, messages };
}

/** The vendor refuses a prefill that ends with a space. */
function trimEnd(content: WireObject[]): void {
  const last = content.at(-1);
  if (typeof last?.['text'] === 'string')
    content.splice(-1, 1, { ...last, text: last['text'].trimEnd() });
}

function encodePart(part: UserPart): WireObject {
  const block =
    part.type === 'text' ? { type: 'text', text: part.text } : encodeFile(part, part.filename);
  return { ...block, ...tellMark(part) };
}

function encodeFile(file: UserFile, title?: string): WireObject {
  if (file.mediaType.startsWith('image/')) return { type: 'image', source: encodeSource(file) };
  const document = { type: 'document', source: encodeSource(file) };
  return title === undefined ? document : { ...document, title };
}

function encodeSource({ mediaType, data }: UserFile): WireObject {
  if (data instanceof URL) return { type: 'url', url: data.toString() };
  if (mediaType === 'text/plain')
    return { type: 'text', media_type: mediaType, data: readInlineText(data) };
  return { type: 'base64', media_type: nameMedia(mediaType), data: toBase64(data) };
}

function encodeAssistant(content: AssistantContent): WireObject[] {
  return content.flatMap((part): readonly WireObject[] => {
    if (part.type === 'text')
      return isSendable(part) ? [{ type: 'text', text: part.text, ...tellMark(part) }] : [];
    if (part.type === 'reasoning') return encodeThought(part);
    if (part.type !== 'tool-call') return [];
    const input = parseToolInput(inputTextOf(part));
    return [{ type: 'tool_use', id: plainId(part), name: part.toolName, input, ...tellMark(part) }];
  });
}

function encodeThought(part: ReasoningPart): readonly WireObject[] {
  const signature = openSeal(part, 'anthropic');
  const data = openSeal(part, 'anthropic-redacted');
  if (signature !== undefined) return [{ type: 'thinking', thinking: part.text, signature }];
  return data === undefined ? [] : [{ type: 'redacted_thinking', data }];
}

function encodeResults(content: ToolContent): WireObject[] {
  return content.map(({ output, ...result }) => ({
    type: 'tool_result',
    tool_use_id: plainId(result),
    content: output.type === 'content' ? output.value.map(encodeOutputPart) : output.value,
    ...(output.type === 'error-text' ? { is_error: true } : {}),
    ...tellMark(result),
  }));
}

/** Ids of other vendors may contain characters that this one refuses. */
function plainId({ toolCallId }: { readonly toolCallId: string }): string {
  return toolCallId.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
}

function encodeOutputPart(part: UserPart): WireObject {
  const text = part.type === 'text' ? part.text : readTextFile(part);
  return text === undefined && part.type === 'file' ? encodeFile(part) : { type: 'text', text };
}
