/**
 * Shared by all protocols in asking for the rest of a broken answer (after step 6 of a request).
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { readNumber } from '../json/written-json.ts';

/** Sent to a target without prefill. It sees the partial answer as its own last message. */
export const goOnInstruction =
  'Your answer was cut off by a lost connection: the message above is all that arrived. Go on from exactly where it stops. ' +
  'Begin with the very next character, inside the word if it stops inside one. Repeat nothing, add no remark and no ' +
  'greeting, and keep language, style and format.';

/** Lowers the answer's token limit by what was delivered: at least one token per event. */
export function withRestOfTokens(
  body: WireObject,
  fields: readonly string[],
  spent: number,
): WireObject {
  const limits = fields.flatMap((field) => {
    const limit = readNumber(body[field]);
    return limit !== undefined ? [[field, Math.max(1, limit - spent)] as const] : [];
  });
  return { ...body, ...Object.fromEntries(limits) };
}

/**
 * Appends the partial answer. A client's own prefill and the text after it form one turn, unless
 * `extend` cannot join them.
 */
export function appendAnswer(
  turns: readonly unknown[],
  answer: WireObject,
  extend: (prefill: WireObject) => WireObject | undefined,
): readonly unknown[] {
  const last = turns.at(-1);
  const whole = isRecord(last) && last['role'] === answer['role'] ? extend(last) : undefined;
  return whole === undefined ? [...turns, answer] : [...turns.slice(0, -1), whole];
}

/** Some vendors begin a new turn unless the last message has this field. */
export function markPrefill<Turn>(
  turns: readonly Turn[],
  field: string | undefined,
): readonly (Turn | WireObject)[] {
  const last = turns.at(-1);
  if (field === undefined || !isRecord(last)) return turns;
  return [...turns.slice(0, -1), { ...last, [field]: true }];
}
