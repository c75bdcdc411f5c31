/** How much a model is asked to reason: the steps of OpenAI's protocols. */

import type { ReasoningEffort } from '../neutral.ts';

const efforts: Readonly<Record<string, ReasoningEffort>> = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

/** Undefined for what is no step: the model does as it does by itself. */
export function parseEffort(effort: string | null | undefined): ReasoningEffort | undefined {
  return efforts[effort ?? ''];
}
