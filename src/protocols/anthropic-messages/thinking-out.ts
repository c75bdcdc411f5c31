/**
 * Asks an `anthropic-messages` target to think (translate leg): with a budget, adaptively, or not
 * at all.
 */

import type { ModelTraits } from '../../model/target.ts';
import type { WireObject } from '../json/is-record.ts';
import type { NeutralRequest, ReasoningPart } from '../translation/neutral.ts';
import { isSendable } from '../translation/prompt-shape.ts';
import { budgets } from '../translation/reasoning-effort.ts';
import { openSeal } from '../translation/seals.ts';
import { refuses } from '../translation/traits.ts';

/** The vendor requires at least this. */
const leastBudget = 1024;

export interface Thinking {
  readonly field?: WireObject;
  readonly config?: WireObject;
  readonly isOn: boolean;
  readonly notes: readonly string[];
}

interface Room {
  readonly limit: number;
  readonly traits: ModelTraits | undefined;
}

/**
 * Leaves half of the client's limit, which includes reasoning, for the answer. Newer models take an
 * effort instead of a budget.
 */
export function chooseThinking(request: NeutralRequest, { limit, traits }: Room): Thinking {
  const { reasoning } = request;
  if (reasoning === undefined) return { isOn: false, notes: [] };
  if (reasoning === 'none') return turnOff(traits);
  const obstacle = findReasoningObstacle(request, limit);
  if (obstacle !== undefined)
    return { isOn: false, notes: [`no reasoning was asked for: ${obstacle}`] };
  if (refuses(traits, 'thinking-budget')) {
    const effort = reasoning === 'minimal' ? 'low' : reasoning;
    return { field: { type: 'adaptive' }, config: { effort }, isOn: true, notes: [] };
  }
  const budget = Math.min(budgets[reasoning], Math.floor(limit / 2));
  return { field: { type: 'enabled', budget_tokens: budget }, isOn: true, notes: [] };
}

function turnOff(traits: ModelTraits | undefined): Thinking {
  if (!refuses(traits, 'no-thinking'))
    return { field: { type: 'disabled' }, isOn: false, notes: [] };
  return {
    config: { effort: 'low' },
    isOn: false,
    notes: ['the model always thinks: asked for the least'],
  };
}

/**
 * True if the last answer, as it will be sent, begins with a thought sealed by the vendor. Adjacent
 * messages count as one.
 */
function hasThought(prompt: NeutralRequest['options']['prompt']): boolean {
  const end = prompt.findLastIndex(({ role }) => role === 'assistant') + 1;
  const begin =
    prompt.slice(0, end).findLastIndex(({ role }) => role === 'user' || role === 'tool') + 1;
  const first = prompt
    .slice(begin, end)
    .flatMap((message) => (message.role === 'assistant' ? message.content : []))
    .find((part) => (part.type === 'reasoning' ? isSignedHere(part) : isSendable(part)));
  return first?.type === 'reasoning';
}

function isSignedHere(thought: ReasoningPart): boolean {
  return (openSeal(thought, 'anthropic') ?? openSeal(thought, 'anthropic-redacted')) !== undefined;
}

/**
 * Cases in which the vendor refuses to think: a small limit, a forced tool, a prefill, a tool loop
 * that began without thinking.
 */
function findReasoningObstacle({ options }: NeutralRequest, limit: number): string | undefined {
  if (limit < 2 * leastBudget) return `${limit} tokens are too few for it`;
  const last = options.prompt.at(-1)?.role;
  if (last === 'assistant') return 'the answer has begun already';
  if (last === 'tool' && !hasThought(options.prompt))
    return 'the tool calls before were made without it';
  const choice = options.toolChoice?.type;
  return choice === 'required' || choice === 'tool' ? 'a tool is forced' : undefined;
}
