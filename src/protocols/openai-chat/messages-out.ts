/** Writes a neutral conversation as the messages of an `openai-chat` body (translate leg). */

import { assertNever } from '../../errors.ts';
import type { StrictRoles } from '../../model/target.ts';
import { isPlainText } from '../body/strict-roles.ts';
import { markPrefill } from '../contract/continuation.ts';
import type { WireObject } from '../json/is-record.ts';
import { tellMark } from '../translation/cache-marks.ts';
import { readInlineText, toAddress, toBase64 } from '../translation/file-data.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolContent,
  UserContent,
  UserPart,
} from '../translation/neutral.ts';
import { gatherResults } from '../translation/prompt-shape.ts';
import { inputTextOf } from '../translation/tool-input.ts';
import { foldChat, joinLead } from './edits.ts';

export interface ChatConversation {
  readonly systemRole: 'system' | 'developer';
  /** Role rules of the target's template. Default: none. */
  readonly roles?: StrictRoles | undefined;
  /** The target reads cache marks. Default: false, and text stays plain. */
  readonly takesMarks?: boolean;
  /** Sends the reasoning of earlier answers, which other targets cannot use. */
  readonly takesReasoning: boolean;
  /** Field that marks a trailing answer as a prefill. Default: none. */
  readonly prefillField?: string | undefined;
}

export function encodeChatMessages(
  prompt: readonly NeutralMessage[],
  { systemRole, roles, takesMarks = false, takesReasoning, prefillField }: ChatConversation,
): readonly WireObject[] {
  const turns = gatherResults(prompt).flatMap((message): readonly WireObject[] => {
    switch (message.role) {
      case 'system':
        return [{ role: systemRole, content: encodeSystem(message, takesMarks) }];
      case 'user':
        return [{ role: 'user', content: encodeUser(message.content, takesMarks) }];
      case 'assistant':
        return [encodeAssistant(message.content, takesReasoning)];
      case 'tool':
        return encodeResults(message.content, takesMarks);
      default:
        return assertNever(message);
    }
  });
  const messages = roles === undefined ? joinLead(turns, systemRole) : foldChat(turns, roles);
  return messages.at(-1)?.['role'] === 'assistant' ? markPrefill(messages, prefillField) : messages;
}

function encodeSystem(
  message: Extract<NeutralMessage, { role: 'system' }>,
  takesMarks: boolean,
): unknown {
  const mark = takesMarks ? tellMark(message) : {};
  return 'cache_control' in mark
    ? [{ type: 'text', text: message.content, ...mark }]
    : message.content;
}

function encodeUser(content: UserContent, takesMarks: boolean): unknown {
  const [first] = content;
  const parts = content.map((part) => ({
    ...encodePart(part),
    ...(takesMarks ? tellMark(part) : {}),
  }));
  const isPlain = parts.length === 1 && first?.type === 'text' && parts.every(isPlainText);
  return isPlain ? first.text : parts;
}

function encodePart(part: UserPart): WireObject {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const { mediaType, data } = part;
  if (mediaType.startsWith('image/'))
    return { type: 'image_url', image_url: { url: toAddress(part) } };
  if (mediaType.startsWith('text/')) return { type: 'text', text: readInlineText(data) };
  if (mediaType.startsWith('audio/')) {
    const format = mediaType === 'audio/wav' ? 'wav' : 'mp3';
    return { type: 'input_audio', input_audio: { data: toBase64(data), format } };
  }
  return {
    type: 'file',
    file: { filename: part.filename ?? 'document.pdf', file_data: toAddress(part) },
  };
}

function encodeAssistant(content: AssistantContent, takesReasoning: boolean): WireObject {
  let text = '';
  let reasoning = '';
  const calls: WireObject[] = [];
  for (const part of content) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += takesReasoning ? part.text : '';
    else if (part.type === 'tool-call') {
      const written = { name: part.toolName, arguments: inputTextOf(part) };
      calls.push({ id: part.toolCallId, type: 'function', function: written });
    }
  }
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** A result keeps its text; its files follow in a user message. */
function encodeResults(content: ToolContent, takesMarks: boolean): readonly WireObject[] {
  return content.map(({ toolCallId, output, ...result }) => {
    const text = output.type === 'content' ? JSON.stringify(output.value) : output.value;
    const mark = takesMarks ? tellMark(result) : {};
    const said = 'cache_control' in mark ? [{ type: 'text', text, ...mark }] : text;
    return { role: 'tool', tool_call_id: toolCallId, content: said };
  });
}
