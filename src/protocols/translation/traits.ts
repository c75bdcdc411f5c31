/**
 * Adapts settings to a model: the nearest supported effort, and no temperature if it refuses one
 * (translate leg). Pure.
 */

import type { ModelRefusal, ModelTraits } from '../../model/target.ts';
import { compact } from '../json/compact.ts';
import type { EncodedRequest, NeutralOptions, ReasoningEffort } from './neutral.ts';
import { steps } from './reasoning-effort.ts';

export function refuses(traits: ModelTraits | undefined, what: ModelRefusal): boolean {
  return traits?.refuses?.includes(what) ?? false;
}

/** A target's own steps may be any words. */
const all: readonly string[] = steps;
const usualSteps = all.filter((step) => step !== 'max');

/**
 * Returns the step, or the nearest supported one, the lower of two. "none" is not used for a model
 * that always reasons.
 */
export function chooseEffort(
  asked: ReasoningEffort | undefined,
  traits: ModelTraits | undefined,
): { readonly effort: string | undefined; readonly notes: readonly string[] } {
  const taken = traits?.efforts ?? usualSteps;
  if (asked === undefined || taken.includes(asked)) return { effort: asked, notes: [] };
  const distance = (step: string): number => Math.abs(all.indexOf(step) - all.indexOf(asked));
  const [effort] = [...taken].sort((one, other) => distance(one) - distance(other));
  const isSaid = traits?.efforts !== undefined && effort !== undefined;
  return {
    effort,
    notes: isSaid ? [`the model takes no effort "${asked}": asked for "${effort}"`] : [],
  };
}

/** True if the model refuses a temperature at this effort. */
export function refusesSampling(
  traits: ModelTraits | undefined,
  effort: string | undefined,
): boolean {
  return (
    refuses(traits, 'sampling') || (refuses(traits, 'sampling-while-thinking') && effort !== 'none')
  );
}

/** Encodes temperature and similar settings in OpenAI's fields, or a note if they are refused. */
export function encodeSampling(
  { temperature, topP }: NeutralOptions,
  isRefused: boolean,
): EncodedRequest {
  const asked = compact({ temperature, top_p: topP });
  if (!isRefused) return { body: asked, notes: [] };
  return leaveOut(Object.keys(asked), 'the model refuses it, or refuses it while it thinks');
}

export function leaveOut(names: readonly string[], why: string): EncodedRequest {
  return { body: {}, notes: names.map((name) => `${name} was left out: ${why}`) };
}
