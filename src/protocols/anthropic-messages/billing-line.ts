/**
 * Removes the billing line of Claude Code: `x-anthropic-billing-header: cc_version=…; cch=…;`, at
 * the start of the system prompt. It means nothing to a model and changes with each request, so no
 * other vendor's prompt cache would match. [I]
 * https://github.com/anthropics/claude-code/issues/68900
 */

import { isFilled, mapRecords, type WireObject } from '../json/is-record.ts';

export const billingMark = 'x-anthropic-billing-header:';

const line = /^\s*x-anthropic-billing-header:[^\n]*\n?/i;

/** Removes the line from the start of a system text. */
export function withoutBilling(text: string): string {
  return line.test(text) ? text.replace(line, '') : text;
}

/** Removes the line from a body; returns the same object if there is none. */
export function dropBillingLine(body: WireObject): WireObject {
  const { system: said, ...others } = body;
  const system =
    typeof said === 'string'
      ? withoutBilling(said)
      : mapRecords(body, 'system', dropFromBlock)['system'];
  if (system === said) return body;
  return isFilled(system) ? { ...body, system } : others;
}

function dropFromBlock(block: WireObject): WireObject | readonly WireObject[] {
  if (typeof block['text'] !== 'string') return block;
  const text = withoutBilling(block['text']);
  if (text === block['text']) return block;
  return text === '' ? [] : { ...block, text };
}
