/** Writes a neutral conversation as the input of an `openai-responses` body (translate leg). */

import { assertNever } from '../../errors.ts';
import type { WireObject } from '../json/is-record.ts';
import { readTextFile, toAddress } from '../translation/file-data.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ReasoningPart,
  ToolContent,
  UserFile,
  UserPart,
} from '../translation/neutral.ts';
import { openSeal } from '../translation/seals.ts';
import { inputTextOf } from '../translation/tool-input.ts';

export function encodeInput(
  prompt: readonly NeutralMessage[],
  systemRole: 'system' | 'developer',
): readonly WireObject[] {
  return prompt.flatMap((message): readonly WireObject[] => {
    switch (message.role) {
      case 'system':
        return [{ role: systemRole, content: message.content }];
      case 'user':
        return [
          {
            role: 'user',
            content: message.content.map((part) => encodePart(part, 'document.pdf')),
          },
        ];
      case 'assistant':
        return encodeAssistant(message.content);
      case 'tool':
        return encodeResults(message.content);
      default:
        return assertNever(message);
    }
  });
}

function encodePart(part: UserPart, usualName: string): WireObject {
  return part.type === 'text'
    ? { type: 'input_text', text: part.text }
    : encodeFile(part, usualName);
}

/** Anything but text and images is a document, and needs a name if its bytes are sent. */
function encodeFile(file: UserFile, usualName: string): WireObject {
  const text = readTextFile(file);
  if (text !== undefined) return { type: 'input_text', text };
  const address = toAddress(file);
  if (file.mediaType.startsWith('image/')) return { type: 'input_image', image_url: address };
  if (file.data instanceof URL) return { type: 'input_file', file_url: address };
  return { type: 'input_file', filename: file.filename ?? usualName, file_data: address };
}

function encodeAssistant(content: AssistantContent): readonly WireObject[] {
  return content.flatMap((part): readonly WireObject[] => {
    if (part.type === 'text')
      return [{ role: 'assistant', content: [{ type: 'output_text', text: part.text }] }];
    if (part.type === 'reasoning') return encodeThought(part);
    if (part.type !== 'tool-call') return [];
    const { toolCallId: call_id, toolName: name } = part;
    return [{ type: 'function_call', call_id, name, arguments: inputTextOf(part) }];
  });
}

/** Sends no id: the vendor reads what it has encrypted, and stores no items of ours. */
function encodeThought(part: ReasoningPart): readonly WireObject[] {
  const sealed = openSeal(part, 'openai');
  if (sealed === undefined) return [];
  const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
  return [{ type: 'reasoning', summary, encrypted_content: sealed }];
}

function encodeResults(content: ToolContent): readonly WireObject[] {
  return content.map(({ toolCallId, output }) => ({
    type: 'function_call_output',
    call_id: toolCallId,
    output:
      output.type === 'content'
        ? output.value.map((part) => encodePart(part, 'data'))
        : output.value,
  }));
}
