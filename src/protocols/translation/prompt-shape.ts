/** Shapes of a conversation that vendors ask for: where system messages stand, what may be empty. Pure. */

import type { NeutralMessage, NeutralOptions, UserFile } from '../neutral.ts';

/** Whether an earlier answer brings its reasoning along, or the signature of it. */
export function hasReasoning(prompt: readonly NeutralMessage[]): boolean {
  return prompt.some(
    ({ role, content }) =>
      role === 'assistant' &&
      content.some(({ type, providerOptions }) => type === 'reasoning' || providerOptions !== undefined),
  );
}

/** The same where signatures are understood. */
export function hasThoughts(prompt: readonly NeutralMessage[]): boolean {
  return prompt.some(
    ({ role, content }) =>
      role === 'assistant' && content.some((part) => part.type === 'reasoning' && part.text !== ''),
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

export function noteHoisting(prompt: readonly NeutralMessage[]): readonly string[] {
  const firstTalk = prompt.findIndex(({ role }) => role !== 'system');
  const isHoisted = prompt.some(({ role }, index) => role === 'system' && index > firstTalk);
  return isHoisted ? ['system messages within the conversation were moved to its start'] : [];
}

/** Vendors refuse an empty text. */
export function isFilled(part: { readonly type: string; readonly text?: string }): boolean {
  return part.type !== 'text' || (part.text ?? '').trim() !== '';
}
