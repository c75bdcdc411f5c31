/**
 * Shared by all protocols in asking for the rest of a broken answer (after step 6 of a request).
 */

import type { WireObject } from '../json/is-record.ts';
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
