/** Reads the conversation of an `openai-chat` body into neutral words. */

import { assertNever } from '../../errors.ts';
import { bearMark, markLast } from '../translation/cache-marks.ts';
import { requireFile } from '../translation/data-url.ts';
import { cannotCarry } from '../translation/field-fates.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolOutput,
  UserContent,
  UserPart,
} from '../translation/neutral.ts';
import { placeThoughts } from '../translation/returned-thoughts.ts';
import { googleSealed, type SealedThought, unpackThoughts } from '../translation/sealed.ts';
import { toThought } from '../translation/seals.ts';
import { toTextInput } from '../translation/text-tools.ts';
import { toInputText, toResult } from '../translation/tool-input.ts';
import type { ChatMessage, ChatPart } from './wire.ts';

type ChatContent = string | readonly ChatPart[] | null | undefined;
type Assistant = Extract<ChatMessage, { role: 'assistant' }>;
type ChatCall = NonNullable<Assistant['tool_calls']>[number];

export function decodeChatMessages(messages: readonly ChatMessage[]): NeutralMessage[] {
  const names = new Map<string, string>();
  return messages.flatMap((message) => decodeMessage(message, names));
}

function decodeMessage(
  message: ChatMessage,
  names: Map<string, string>,
): NeutralMessage | NeutralMessage[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return decodeSystem(message);
    case 'user':
      return {
        role: 'user',
        content: markLast(decodeUser(message.content), message.cache_control),
      };
    case 'assistant':
      for (const call of message.tool_calls ?? []) names.set(call.id, said(call).name);
      return {
        role: 'assistant',
        content: markLast(placeThoughts(decodeAssistant(message)), message.cache_control),
      };
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            ...toResult(message.tool_call_id, names, decodeOutput(message.content)),
            ...bearMark(message.cache_control ?? markOfParts(message.content)),
          },
        ],
      };
    default:
      return assertNever(message);
  }
}

/** Creates one message per cache mark. */
function decodeSystem(
  message: Extract<ChatMessage, { role: 'system' | 'developer' }>,
): NeutralMessage[] {
  const { role, content } = message;
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const said: NeutralMessage[] = [];
  let text = '';
  for (const part of parts) {
    text += joinText({ role, content: [part] });
    const mark = part.type === 'text' ? bearMark(part.cache_control) : {};
    if (mark.providerOptions === undefined) continue;
    said.push({ role: 'system', content: text, ...mark });
    text = '';
  }
  if (text !== '' || said.length === 0) said.push({ role: 'system', content: text });
  return markLast(said, message.cache_control);
}

/** A mark on a part of a tool result applies to the whole result. */
function markOfParts(content: ChatContent): unknown {
  if (typeof content === 'string') return undefined;
  const marked = content?.findLast((part) => part.type === 'text' && part.cache_control != null);
  return marked?.type === 'text' ? marked.cache_control : undefined;
}

/** Reads content that must be text; a part of another type is refused, not left out. */
function joinText({
  role,
  content,
}: {
  readonly role: string;
  readonly content?: ChatContent;
}): string {
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
    if (part.type === 'text')
      return { type: 'text', text: part.text, ...bearMark(part.cache_control) };
    return decodeFile(part);
  });
}

function decodeFile(part: ChatPart): UserContent[number] {
  switch (part.type) {
    case 'image_url':
      return {
        type: 'file',
        ...requireFile(part.image_url.url, 'image/*'),
        ...bearMark(part.cache_control),
      };
    case 'file': {
      const filename = part.file.filename ?? undefined;
      const file = requireFile(part.file.file_data, 'application/pdf');
      const mark = bearMark(part.cache_control);
      return { type: 'file', ...file, ...(filename === undefined ? {} : { filename }), ...mark };
    }
    case 'input_audio':
      return {
        type: 'file',
        mediaType: `audio/${part.input_audio.format}`,
        data: part.input_audio.data,
      };
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
        toolName: said(call).name,
        input: said(call).input,
      },
    ]),
  ];
}

function said(call: ChatCall): { readonly name: string; readonly input: string } {
  if (call.type === 'custom')
    return { name: call.custom.name, input: toInputText(toTextInput(call.custom.input ?? '')) };
  return { name: call.function.name, input: toInputText(call.function.arguments) };
}

/** Thoughts before the call, from the seals sent with it. */
function listSealed({ extra_content: extra }: ChatCall): readonly SealedThought[] {
  const google = extra?.google?.thought_signature;
  return [
    ...unpackThoughts(extra?.holdfast?.thought_signature),
    ...(google ? [{ seal: `${googleSealed}.${google}`, text: '' }] : []),
  ];
}

/** A refusal counts as the model's text. */
function joinAnswer(message: Assistant): string {
  return [joinText(message), message.refusal ?? ''].filter((text) => text !== '').join('\n');
}

/** A result with images is returned as parts. */
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
