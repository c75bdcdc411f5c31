/** Shapes of a conversation that vendors ask for: where system messages stand, what may be empty. Pure. */

import type { NeutralMessage, UserContent } from './neutral.ts';

/** Whether an earlier answer brings its reasoning along. */
export function hasReasoning(prompt: readonly NeutralMessage[]): boolean {
  return prompt.some(
    ({ role, content }) => role === 'assistant' && content.some(({ type }) => type === 'reasoning'),
  );
}

/** The files in the user's messages. */
export function listUserFiles(prompt: readonly NeutralMessage[]): readonly UserFile[] {
  return prompt.flatMap((message) =>
    message.role === 'user' ? message.content.filter((part) => part.type === 'file') : [],
  );
}

type UserFile = Extract<UserContent[number], { type: 'file' }>;

/** Asks for JSON where a protocol has no word for it. */
export const jsonInstruction: NeutralMessage = {
  role: 'system',
  content: 'Answer with one JSON object and nothing else: no other text, no code fence.',
};

/** Text that stands in a file, as text. */
export function inlineTextFiles(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map((message) =>
    message.role === 'user' ? { ...message, content: message.content.map(inlineText) } : message,
  );
}

function inlineText(part: UserContent[number]): UserContent[number] {
  if (part.type !== 'file' || !part.mediaType.startsWith('text/') || part.data instanceof URL) return part;
  return { type: 'text', text: Buffer.from(String(part.data), 'base64').toString('utf8') };
}

/** System messages first, in their order. */
export function hoistSystem(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return [
    ...prompt.filter(({ role }) => role === 'system'),
    ...prompt.filter(({ role }) => role !== 'system'),
  ];
}

/** Reasoning of earlier answers is bound to whoever gave it. */
export function withoutReasoning(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map((message) =>
    message.role === 'assistant'
      ? { ...message, content: message.content.filter(({ type }) => type !== 'reasoning') }
      : message,
  );
}

/** No empty text, and no message that would be left empty. */
export function withoutEmptyText(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map(withoutEmptyParts).filter(({ content }) => content.length > 0);
}

function withoutEmptyParts(message: NeutralMessage): NeutralMessage {
  if (message.role === 'user') return { ...message, content: message.content.filter(isFilled) };
  if (message.role === 'assistant') return { ...message, content: message.content.filter(isFilled) };
  return message;
}

function isFilled(part: { readonly type: string; readonly text?: string }): boolean {
  return part.type !== 'text' || (part.text ?? '').trim() !== '';
}
