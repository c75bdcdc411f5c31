/** The conversation of an `openai-chat` body in neutral words. */

import { assertNever } from '../../errors.ts';
import type { AssistantContent, NeutralMessage, ToolOutput, UserContent, UserPart } from '../neutral.ts';
import { googleSealed, type SealedThought, unpackThoughts } from '../sealed.ts';
import { requireFile } from '../translation/data-url.ts';
import { cannotCarry } from '../translation/field-fates.ts';
import { placeThoughts } from '../translation/returned-thoughts.ts';
import { toThought } from '../translation/seals.ts';
import { toInputText, toResult } from '../translation/tool-input.ts';
import type { ChatMessage, ChatPart } from './wire.ts';

type ChatContent = string | readonly ChatPart[] | null | undefined;
type Assistant = Extract<ChatMessage, { role: 'assistant' }>;
type ChatCall = NonNullable<Assistant['tool_calls']>[number];

export function decodeChatMessages(messages: readonly ChatMessage[]): NeutralMessage[] {
  const names = new Map<string, string>();
  return messages.map((message) => decodeMessage(message, names));
}

function decodeMessage(message: ChatMessage, names: Map<string, string>): NeutralMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: joinText(message) };
    case 'user':
      return { role: 'user', content: decodeUser(message.content) };
    case 'assistant':
      for (const call of message.tool_calls ?? []) names.set(call.id, call.function.name);
      return { role: 'assistant', content: placeThoughts(decodeAssistant(message)) };
    case 'tool':
      return {
        role: 'tool',
        content: [toResult(message.tool_call_id, names, decodeOutput(message.content))],
      };
    default:
      return assertNever(message);
  }
}

/** Who may say nothing but text: a part of another type is no word that could be left out. */
function joinText({ role, content }: { readonly role: string; readonly content?: ChatContent }): string {
  if (typeof content === 'string') return content;
  const texts = (content ?? []).map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'refusal' && role === 'assistant') return part.refusal;
    throw cannotCarry(`a content part of the type ${part.type} in a message of the role ${role}`);
  });
  return texts.join('');
}

function decodeUser(content: ChatContent): UserContent {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content ?? []).map((part) => {
    if (part.type === 'text') return { type: 'text', text: part.text };
    return decodeFile(part);
  });
}

function decodeFile(part: ChatPart): UserContent[number] {
  switch (part.type) {
    case 'image_url':
      return { type: 'file', ...requireFile(part.image_url.url, 'image/*') };
    case 'file': {
      const filename = part.file.filename ?? undefined;
      const file = requireFile(part.file.file_data, 'application/pdf');
      return { type: 'file', ...file, ...(filename === undefined ? {} : { filename }) };
    }
    case 'input_audio':
      return { type: 'file', mediaType: `audio/${part.input_audio.format}`, data: part.input_audio.data };
    default:
      throw cannotCarry(`a content part of the type ${part.type} in a message of the user's`);
  }
}

function decodeAssistant(message: Assistant): AssistantContent {
  const reasoning = message.reasoning_content ?? message.reasoning ?? '';
  const text = joinAnswer(message);
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...(message.tool_calls ?? []).flatMap((call) => [
      ...listSealed(call).map(toThought),
      {
        type: 'tool-call' as const,
        toolCallId: call.id,
        toolName: call.function.name,
        input: toInputText(call.function.arguments),
      },
    ]),
  ];
}

/** What was thought before the call, where its seals stand beside it. */
function listSealed({ extra_content: extra }: ChatCall): readonly SealedThought[] {
  const google = extra?.google?.thought_signature;
  return [
    ...unpackThoughts(extra?.holdfast?.thought_signature),
    ...(google ? [{ seal: `${googleSealed}.${google}`, text: '' }] : []),
  ];
}

/** A refusal is what the model said. */
function joinAnswer(message: Assistant): string {
  return [joinText(message), message.refusal ?? ''].filter((text) => text !== '').join('\n');
}

/** Servers that take pictures in a tool's result get them as parts. */
function decodeOutput(content: ChatContent): ToolOutput {
  if (content == null || typeof content === 'string') return { type: 'text', value: content ?? '' };
  if (content.every(({ type }) => type === 'text'))
    return { type: 'text', value: joinText({ role: 'tool', content }) };
  return { type: 'content', value: content.map(decodeOutputPart) };
}

function decodeOutputPart(part: ChatPart): UserPart {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'image_url') return decodeFile(part);
  throw cannotCarry(`a content part of the type ${part.type} in a tool's result`);
}
