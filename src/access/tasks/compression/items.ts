/**
 * Reads the input of an `openai-responses` request as messages to shorten. Lenient: what no model
 * could read is left out. Pure.
 */

import { recordsIn, type WireObject } from '../../../protocols/json/is-record.ts';
import type { TaskMessage } from '../../../tasks/profile.ts';

export function toMessages(items: readonly WireObject[]): readonly TaskMessage[] {
  return items.flatMap((item): readonly TaskMessage[] => {
    const { type, role, call_id: id } = item;
    if (isMessageItem(item))
      return [{ role: roleOfItem(role), content: wordsOfContent(item['content']) }];
    if (typeof type !== 'string') return [];
    if (type.endsWith('_output'))
      return [{ role: 'tool', tool_call_id: String(id), content: wordsOfContent(item['output']) }];
    if (!type.endsWith('_call')) return [];
    const { name = type, arguments: given, input, action } = item;
    const content = given ?? input ?? JSON.stringify(action ?? {});
    const call = {
      id: String(id),
      type: 'function',
      function: { name, arguments: String(content) },
    };
    return [{ role: 'assistant', content: null, tool_calls: [call] }];
  });
}

/** An item without a type is one too. */
export function isMessageItem({ type, role }: WireObject): boolean {
  return (type === undefined || type === 'message') && typeof role === 'string';
}

function roleOfItem(role: unknown): TaskMessage['role'] {
  if (role === 'developer' || role === 'system') return 'system';
  return role === 'assistant' ? 'assistant' : 'user';
}

function wordsOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  return recordsIn(content)
    .map(({ text, refusal }) => text ?? refusal ?? '[picture]')
    .join('\n');
}
