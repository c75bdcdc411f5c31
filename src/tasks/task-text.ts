/** The text of a message that a side task is shown. Pure. */

import type { TaskMessage } from './profile.ts';

/** Without pictures; empty for a message that only calls tools. */
export function readText({ content }: TaskMessage): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
