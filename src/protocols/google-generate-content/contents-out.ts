/**
 * Writes a neutral conversation as the contents of a `google-generate-content` body (translate
 * leg).
 */

import type { WireObject } from '../json/is-record.ts';
import { nameMedia, readTextFile, toBase64 } from '../translation/file-data.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolContent,
  UserPart,
} from '../translation/neutral.ts';
import { isSendable, listSystem, toTurns } from '../translation/prompt-shape.ts';
import { unsignedCall } from '../translation/sealed.ts';
import { openSeal } from '../translation/seals.ts';
import { inputTextOf, parseToolInput } from '../translation/tool-input.ts';

/** The leading system messages become a field of their own. */
export function encodeContents(prompt: readonly NeutralMessage[]): WireObject {
  const parts = listSystem(prompt);
  const turns = toTurns(prompt, (message) => {
    if (message.role === 'user') return message.content.filter(isSendable).map(encodePart);
    return message.role === 'tool' ? encodeResults(message.content) : encodeAnswer(message.content);
  });
  const contents = turns.map(({ isAnswer, parts }) => ({
    role: isAnswer ? 'model' : 'user',
    parts,
  }));
  return parts.length === 0 ? { contents } : { systemInstruction: { parts }, contents };
}

/**
 * The vendor fetches web addresses:
 * https://blog.google/innovation-and-ai/technology/developers-tools/gemini-api-new-file-limits,
 * read 2026-11.
 */
function encodePart(part: UserPart): WireObject {
  if (part.type === 'text') return { text: part.text };
  const text = readTextFile(part);
  if (text !== undefined) return { text };
  const mimeType = nameMedia(part.mediaType);
  if (part.data instanceof URL) return { fileData: { mimeType, fileUri: part.data.toString() } };
  return { inlineData: { mimeType, data: toBase64(part.data) } };
}

/**
 * Newer models refuse an answer whose first call has no signature: its own, or one that the vendor
 * accepts for foreign calls. A text's signature may be in a part of its own:
 * https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11.
 */
function encodeAnswer(content: AssistantContent): WireObject[] {
  let hasCall = false;
  let own: string | undefined;
  return content.flatMap((part): readonly WireObject[] => {
    if (part.type === 'reasoning') {
      own = openSeal(part, 'google') ?? own;
      const ofText = openSeal(part, 'google-text');
      return ofText === undefined ? [] : [{ text: '', thoughtSignature: ofText }];
    }
    if (part.type === 'text') return isSendable(part) ? [{ text: part.text }] : [];
    if (part.type !== 'tool-call') return [];
    const thoughtSignature = own ?? (hasCall ? undefined : unsignedCall);
    const signature = thoughtSignature === undefined ? {} : { thoughtSignature };
    hasCall = true;
    own = undefined;
    const { toolCallId: id, toolName: name } = part;
    return [{ functionCall: { id, name, args: parseToolInput(inputTextOf(part)) }, ...signature }];
  });
}

function encodeResults(content: ToolContent): WireObject[] {
  return content.flatMap((part): readonly WireObject[] => {
    const { toolCallId: id, toolName: name, output } = part;
    if (output.type === 'content') return [];
    const response =
      output.type === 'error-text' ? { error: output.value } : { output: output.value };
    return [{ functionResponse: { id, name, response } }];
  });
}
