/** What a model takes of the settings that are asked of it: the nearest step of effort, and no temperature where it refuses one (translate leg). Pure. */

import type { ModelRefusal, ModelTraits } from '../../model/target.ts';
import type { ReasoningEffort } from '../neutral.ts';

export function refuses(traits: ModelTraits | undefined, what: ModelRefusal): boolean {
  return traits?.refuses?.includes(what) ?? false;
}

/** From the least to the most. */
const steps: readonly string[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
] satisfies ReasoningEffort[];
const usualSteps = steps.filter((step) => step !== 'max');

/** The step itself, or the next one that the model takes: the less of two. Not to think is no step of one that always does. */
export function chooseEffort(
  asked: ReasoningEffort | undefined,
  traits: ModelTraits | undefined,
): { readonly effort: string | undefined; readonly notes: readonly string[] } {
  const taken = traits?.efforts ?? usualSteps;
  if (asked === undefined || taken.includes(asked)) return { effort: asked, notes: [] };
  const at = steps.indexOf(asked);
  const distance = (step: string): number => Math.abs(steps.indexOf(step) - at);
  const [effort] = [...taken].sort((one, other) => distance(one) - distance(other));
  const isSaid = traits?.efforts !== undefined && effort !== undefined;
  return { effort, notes: isSaid ? [`the model takes no effort "${asked}": asked for "${effort}"`] : [] };
}

interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
}

/** What of these settings a model takes at this effort. */
export function chooseSampling(
  { temperature, topP }: Sampling,
  { traits, effort }: { readonly traits: ModelTraits | undefined; readonly effort: string | undefined },
): { readonly sampling: Sampling; readonly notes: readonly string[] } {
  const isRefused =
    refuses(traits, 'sampling') || (refuses(traits, 'sampling-while-thinking') && effort !== 'none');
  if (isRefused) return withoutSampling({ temperature, topP });
  return { sampling: { temperature, topP }, notes: [] };
}

/** None at all, with a note where any was asked for. */
export function withoutSampling({ temperature, topP }: Sampling): {
  readonly sampling: Sampling;
  readonly notes: readonly string[];
} {
  const names = [
    ...(temperature === undefined ? [] : ['temperature']),
    ...(topP === undefined ? [] : ['top_p']),
  ];
  return {
    sampling: {},
    notes: names.map((name) => `${name} was left out: the model refuses it, or refuses it while it thinks`),
  };
}
