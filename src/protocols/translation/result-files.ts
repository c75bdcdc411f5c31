/** Pictures and documents in tool results, for a protocol whose tool messages hold text only: they follow in a message of the user's. */

import type { NeutralMessage, OutputPart, UserContent } from '../neutral.ts';
import { parseFileUrl } from './data-url.ts';

type ToolMessage = Extract<NeutralMessage, { role: 'tool' }>;
type ResultPart = Extract<ToolMessage['content'][number], { type: 'tool-result' }>;

/** Behind the last of the results that belong together: between them the protocol allows nothing. */
export function moveResultFiles(prompt: readonly NeutralMessage[]): readonly NeutralMessage[] {
  if (!prompt.some(hasParts)) return prompt;
  const moved: NeutralMessage[] = [];
  let waiting: UserContent = [];
  for (const message of prompt) {
    if (message.role !== 'tool' && waiting.length > 0) {
      moved.push({ role: 'user', content: waiting });
      waiting = [];
    }
    moved.push(message.role === 'tool' ? withTextOnly(message) : message);
    if (message.role === 'tool') waiting = [...waiting, ...filesOf(message)];
  }
  return waiting.length === 0 ? moved : [...moved, { role: 'user', content: waiting }];
}

function hasParts({ role, content }: NeutralMessage): boolean {
  return (
    role === 'tool' && content.some((part) => part.type === 'tool-result' && part.output.type === 'content')
  );
}

function withTextOnly(message: ToolMessage): ToolMessage {
  return {
    ...message,
    content: message.content.map((part) =>
      part.type === 'tool-result' && part.output.type === 'content'
        ? { ...part, output: { type: 'text', value: textOf(part, part.output.value) } }
        : part,
    ),
  };
}

function textOf({ toolCallId }: ResultPart, parts: readonly OutputPart[]): string {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const hasFiles = texts.length < parts.length;
  return [...texts, ...(hasFiles ? [`(its files follow, as the result of ${toolCallId})`] : [])].join('\n');
}

function filesOf({ content }: ToolMessage): UserContent {
  return content.flatMap((part) => {
    if (part.type !== 'tool-result' || part.output.type !== 'content') return [];
    const files = part.output.value.flatMap(toFile);
    const label = { type: 'text' as const, text: `The files in the result of ${part.toolCallId}:` };
    return files.length === 0 ? [] : [label, ...files];
  });
}

function toFile(part: OutputPart): UserContent {
  switch (part.type) {
    case 'image-data':
      return [{ type: 'file', mediaType: part.mediaType, data: part.data }];
    case 'file-data': {
      const { mediaType, data, filename } = part;
      return [{ type: 'file', mediaType, data, ...(filename === undefined ? {} : { filename }) }];
    }
    case 'image-url':
    case 'file-url': {
      const file = parseFileUrl(part.url, part.type === 'image-url' ? 'image/*' : 'application/pdf');
      return file === undefined ? [] : [{ type: 'file', ...file }];
    }
    default:
      return [];
  }
}
