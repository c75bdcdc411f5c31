/**
 * How much a model is asked to reason: the steps of OpenAI's protocols, and the budgets of tokens
 * that others have for them.
 */

import { notCarried } from './field-fates.ts';
import type { ReasoningEffort } from './neutral.ts';

/** From the least to the most. */
export const steps: readonly ReasoningEffort[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
];

/** Undefined for what is no step: the model does as it does by itself. */
export function parseEffort(effort: string | null | undefined): ReasoningEffort | undefined {
  return steps.find((step) => step === effort);
}

/** The note on a step that nobody here knows; none for a known one, nor where none is asked for. */
export function noteEffort(field: string, effort: string | null | undefined): readonly string[] {
  const isIdle =
    !effort || /unspecified$/i.test(effort) || parseEffort(effort.toLowerCase()) !== undefined;
  return isIdle ? [] : notCarried([`${field} "${effort.slice(0, 40)}"`]);
}

/** Tokens for each step. */
export const budgets: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
  max: 64_000,
};

/** The step that a budget stands for. */
export function effortOf(budget: number): ReasoningEffort {
  if (budget <= budgets.low) return 'low';
  return budget <= budgets.medium ? 'medium' : 'high';
}
