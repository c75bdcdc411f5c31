/**
 * Reasoning effort: the steps of OpenAI's protocols, and the token budgets that other vendors use
 * instead.
 */

import { notCarried } from './field-fates.ts';
import type { ReasoningEffort } from './neutral.ts';

/** Sorted from least to most, so that they can be compared. */
export const steps: readonly ReasoningEffort[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
];

/** Undefined for an unknown step: the model then uses its default. */
export function parseEffort(effort: string | null | undefined): ReasoningEffort | undefined {
  return steps.find((step) => step === effort);
}

/** Notes an unknown step; empty for a known one or none. */
export function noteEffort(field: string, effort: string | null | undefined): readonly string[] {
  const isIdle =
    !effort || /unspecified$/i.test(effort) || parseEffort(effort.toLowerCase()) !== undefined;
  return isIdle ? [] : notCarried([`${field} "${effort.slice(0, 40)}"`]);
}

/** In tokens, which other vendors use in place of steps. */
export const budgets: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
  max: 64_000,
};

/** Returns the step of a budget. */
export function effortOf(budget: number): ReasoningEffort {
  if (budget <= budgets.low) return 'low';
  return budget <= budgets.medium ? 'medium' : 'high';
}
