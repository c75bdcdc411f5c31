/**
 * Divides a conversation into what stays and what is shortened. Tool calls stay with their results.
 * Pure.
 */

import { toUnits, type Unit } from '../../../tasks/compression/units.ts';
import type { TaskMessage } from '../../../tasks/profile.ts';

export interface Divided {
  /** The system messages at the start, which stay. */
  readonly head: readonly TaskMessage[];
  readonly middle: readonly Unit[];
  /** The latest messages, which stay. */
  readonly tail: readonly TaskMessage[];
}

const conversing: ReadonlySet<string> = new Set(['user', 'assistant', 'tool']);

export function divide(messages: readonly TaskMessage[], keepTokens: number): Divided {
  const start = messages.findIndex(({ role }) => conversing.has(role));
  if (start < 0) return { head: messages, middle: [], tail: [] };
  const units = toUnits(messages.slice(start));
  let left = keepTokens;
  let first = units.length;
  for (const { tokens } of units.toReversed()) {
    left -= tokens;
    if (left < 0) break;
    first -= 1;
  }
  const tail = units.slice(first).flatMap((unit) => unit.messages);
  return { head: messages.slice(0, start), middle: units.slice(0, first), tail };
}
