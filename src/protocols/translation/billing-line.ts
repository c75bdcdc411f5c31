/**
 * Removes the billing line of Claude Code: `x-anthropic-billing-header: cc_version=…; cch=…;`, at
 * the start of the system prompt. It means nothing to a model and changes with each request, so no
 * other vendor's prompt cache would match. [I]
 * https://github.com/anthropics/claude-code/issues/68900
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

export const billingMark = 'x-anthropic-billing-header:';

const line = /^\s*x-anthropic-billing-header:[^\n]*\n?/i;

/** Removes the line from the start of a system text. */
export function withoutBilling(text: string): string {
  return line.test(text) ? text.replace(line, '') : text;
}

/** Removes the line from an `anthropic-messages` body; returns the same object if there is none. */
export function dropBillingLine(body: WireObject): WireObject {
  const { system } = body;
  if (typeof system === 'string') return replaceSystem(body, system, withoutBilling(system));
  if (!Array.isArray(system)) return body;
  const kept = system.flatMap((block: unknown) => {
    if (!isRecord(block) || typeof block['text'] !== 'string') return [block];
    const text = withoutBilling(block['text']);
    if (text === block['text']) return [block];
    return text === '' ? [] : [{ ...block, text }];
  });
  return replaceSystem(body, system, kept);
}

function replaceSystem(
  body: WireObject,
  before: unknown,
  after: string | readonly unknown[],
): WireObject {
  if (after === before) return body;
  const { system: _, ...others } = body;
  return after.length === 0 ? others : { ...body, system: after };
}
