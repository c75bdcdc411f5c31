/**
 * Temperature and similar settings for an `anthropic-messages` target (translate leg): within the
 * vendor's limits, and left out while the model thinks.
 */

import type { Target } from '../../model/target.ts';
import type { EncodedRequest, NeutralOptions } from '../translation/neutral.ts';
import { leaveOut, refuses } from '../translation/traits.ts';

export function chooseMessagesSampling(
  options: NeutralOptions,
  { target, isThinking }: { readonly target: Target; readonly isThinking: boolean },
): EncodedRequest {
  const { temperature, topP, topK } = options;
  const asked = Object.entries({ temperature, top_p: topP, top_k: topK }).filter(
    ([, value]) => value !== undefined,
  );
  const names = asked.map(([name]) => name);
  if (isThinking) return leaveOut(names, 'the model refuses it while it thinks');
  if (refuses(target.traits, 'sampling')) return leaveOut(names, 'the model refuses it');
  const isPair = temperature !== undefined && topP !== undefined;
  const kept = asked.filter(
    ([name]) => name !== 'top_p' || !isPair || !refuses(target.traits, 'sampling-pair'),
  );
  const clamped = temperature === undefined ? undefined : Math.min(1, Math.max(0, temperature));
  return {
    body: {
      ...Object.fromEntries(kept),
      ...(clamped === undefined ? {} : { temperature: clamped }),
    },
    notes: [
      ...(kept.length < asked.length
        ? ['top_p was left out: the model takes it or a temperature']
        : []),
      ...(clamped === temperature
        ? []
        : [`temperature ${temperature} became ${clamped}: it goes from 0 to 1 there`]),
    ],
  };
}
