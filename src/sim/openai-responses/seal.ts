/** Ids, and encrypted reasoning that is accepted back only with the key for which it was made. */

import { createHash } from 'node:crypto';

const prefix = 'gAAAAsim';

export function seal(reasoning: string, key: string): string {
  const body = Buffer.from(reasoning).toString('base64');
  return `${prefix}.${body}.${digest(`${key}\n${body}`)}`;
}

/** True if `seal` made this content for this key. */
export function isSealedFor(content: unknown, key: string): boolean {
  const [start, body = '', mark] = typeof content === 'string' ? content.split('.') : [];
  return start === prefix && mark === digest(`${key}\n${body}`);
}

/** Returns hex digits derived from the text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
