/**
 * The line with which Claude Code tells its vendor who pays: `x-anthropic-billing-header:
 * cc_version=…; cch=…;`, at the start of the system prompt. It says nothing to a model, and changes
 * with each request, so that no other vendor's prompt cache would find the prompt again. [I]
 * https://github.com/anthropics/claude-code/issues/68900
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

export const billingMark = 'x-anthropic-billing-header:';

const line = /^\s*x-anthropic-billing-header:[^\n]*\n?/i;

/** A text of the system's without that line at its start. */
export function withoutBilling(text: string): string {
  return line.test(text) ? text.replace(line, '') : text;
}

/** An `anthropic-messages` body without it; one that has none stays as it was. */
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
