/**
 * Moves images and documents out of tool results, for protocols whose tool messages hold text only:
 * they follow in a user message.
 */

import type { NeutralMessage, ToolContent, ToolResult, UserPart } from './neutral.ts';
import { listResultFiles } from './prompt-shape.ts';

/**
 * Puts them after the last of consecutive results, since the protocol allows nothing between those.
 */
export function moveResultFiles(prompt: readonly NeutralMessage[]): readonly NeutralMessage[] {
  if (!prompt.some(hasParts)) return prompt;
  const moved: NeutralMessage[] = [];
  let waiting: UserPart[] = [];
  for (const message of prompt) {
    if (message.role !== 'tool' && waiting.length > 0) {
      moved.push({ role: 'user', content: waiting });
      waiting = [];
    }
    moved.push(
      message.role === 'tool' ? { ...message, content: withTextOnly(message.content) } : message,
    );
    if (message.role !== 'tool') continue;
    for (const result of message.content) waiting.push(...filesOf(result));
  }
  if (waiting.length > 0) moved.push({ role: 'user', content: waiting });
  return moved;
}

function hasParts(message: NeutralMessage): boolean {
  return message.role === 'tool' && message.content.some(({ output }) => output.type === 'content');
}

function withTextOnly(results: ToolContent): ToolContent {
  return results.map((result) =>
    result.output.type === 'content'
      ? { ...result, output: { type: 'text', value: announceFiles(result) } }
      : result,
  );
}

function announceFiles({ toolCallId, output }: ToolResult): string {
  if (output.type !== 'content') return output.value;
  const texts = output.value.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const hasFiles = texts.length < output.value.length;
  return [
    ...texts,
    ...(hasFiles ? [`(its files follow, as the result of ${toolCallId})`] : []),
  ].join('\n');
}

function filesOf(result: ToolResult): readonly UserPart[] {
  const files = listResultFiles(result);
  const label = { type: 'text' as const, text: `The files in the result of ${result.toolCallId}:` };
  return files.length === 0 ? [] : [label, ...files];
}
