/** Ids, and reasoning that only the key which it was made for takes back. */

import { createHash } from 'node:crypto';

const prefix = 'gAAAAsim';

/** The reasoning, readable to nobody else. */
export function seal(reasoning: string, key: string): string {
  const body = Buffer.from(reasoning).toString('base64');
  return `${prefix}.${body}.${digest(`${key}\n${body}`)}`;
}

/** True for what `seal` made for this key. */
export function isSealedFor(content: unknown, key: string): boolean {
  const [start, body = '', mark] = typeof content === 'string' ? content.split('.') : [];
  return start === prefix && mark === digest(`${key}\n${body}`);
}

/** Hex digits that are the same for the same text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
