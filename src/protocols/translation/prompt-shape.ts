/** Shapes of a conversation that vendors ask for: where system messages stand, what may be empty. Pure. */

import type { NeutralMessage, NeutralOptions, OutputPart, UserContent, UserFile } from '../neutral.ts';

/** Whether an earlier answer brings its reasoning along. */
export function hasReasoning(prompt: readonly NeutralMessage[]): boolean {
  return prompt.some(
    ({ role, content }) => role === 'assistant' && content.some(({ type }) => type === 'reasoning'),
  );
}

type AnyFile = Pick<UserFile, 'mediaType' | 'data' | 'filename'>;

/** The files in the user's messages and in the results of tools. */
export function listFiles(prompt: readonly NeutralMessage[]): readonly AnyFile[] {
  return prompt.flatMap((message) => {
    if (message.role === 'user') return message.content.filter((part) => part.type === 'file');
    return message.role === 'tool' ? message.content.flatMap(listOutputFiles) : [];
  });
}

type ToolPart = Extract<NeutralMessage, { role: 'tool' }>['content'][number];

function listOutputFiles(part: ToolPart): readonly AnyFile[] {
  if (part.type !== 'tool-result' || part.output.type !== 'content') return [];
  return part.output.value.flatMap((output): readonly AnyFile[] => {
    switch (output.type) {
      case 'image-data':
      case 'file-data':
        return [output];
      case 'image-url':
        return [{ mediaType: 'image/*', data: new URL(output.url) }];
      case 'file-url':
        return [{ mediaType: 'application/pdf', data: new URL(output.url) }];
      default:
        return [];
    }
  });
}

/** Whether a file in a tool's result has a name. */
export function hasNamedResultFile(prompt: readonly NeutralMessage[]): boolean {
  const parts = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
  return parts.some(
    (part) =>
      part.type === 'tool-result' &&
      part.output.type === 'content' &&
      part.output.value.some((output) => output.type === 'file-data' && output.filename !== undefined),
  );
}

/** What a format bears beside its schema, where a protocol has no word for it: its name alone says nothing. */
export function listUnnamed({
  responseFormat: format,
}: Pick<NeutralOptions, 'responseFormat'>): readonly string[] {
  return format?.type === 'json' && format.description !== undefined ? ['the description of the format'] : [];
}

/** Asks for JSON where a protocol has no word for it. */
export const jsonInstruction: NeutralMessage = {
  role: 'system',
  content: 'Answer with one JSON object and nothing else: no other text, no code fence.',
};

/** Text that stands in a file of the user's, as text. */
export function inlineTextFiles(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map((message) =>
    message.role === 'user' ? { ...message, content: message.content.map(inlineText) } : message,
  );
}

/** Text that stands in a file of a tool's result, as text. */
export function inlineTextResults(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map((message) =>
    message.role === 'tool' ? { ...message, content: message.content.map(inlineResult) } : message,
  );
}

function inlineResult(part: ToolPart): ToolPart {
  if (part.type !== 'tool-result' || part.output.type !== 'content') return part;
  return { ...part, output: { ...part.output, value: part.output.value.map(inlineOutput) } };
}

function inlineOutput(part: OutputPart): OutputPart {
  if (part.type !== 'file-data' || !part.mediaType.startsWith('text/')) return part;
  return { type: 'text', text: decodeText(part.data) };
}

function inlineText(part: UserContent[number]): UserContent[number] {
  if (part.type !== 'file' || !part.mediaType.startsWith('text/') || part.data instanceof URL) return part;
  return { type: 'text', text: decodeText(String(part.data)) };
}

function decodeText(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

export function noteHoisting(prompt: readonly NeutralMessage[]): readonly string[] {
  const firstTalk = prompt.findIndex(({ role }) => role !== 'system');
  const isHoisted = prompt.some(({ role }, index) => role === 'system' && index > firstTalk);
  return isHoisted ? ['system messages within the conversation were moved to its start'] : [];
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
