/**
 * Says whether a target sees images, on whose word, and what happens to requests with images. Pure.
 */

import type { Journey } from '../../access/request/journey.ts';
import { modeOf, seer, seesNoImages } from '../../access/request/text-only.ts';
import type { Target } from '../../model/target.ts';
import type { ImagesPlan } from './plan.ts';

export function planImages(journey: Journey, target: Target): ImagesPlan {
  const { config, engine } = journey;
  const learnedAt = engine.lessons.unseen.of({ target, shown: 'image' });
  const named = config.values.find(
    ({ key }) => key === `providers.${target.provider}.models.${target.model}.images`,
  );
  const source = named?.source ?? 'the catalogue';
  if (target.images === false) return { seen: 'no', source, instead: describeInstead(journey) };
  if (learnedAt !== undefined)
    return { seen: 'no', source: 'its refusal', learnedAt, instead: describeInstead(journey) };
  return target.images === undefined ? { seen: 'unknown' } : { seen: 'yes', source };
}

function describeInstead(journey: Journey): string {
  const { config, candidates, engine } = journey;
  const mode = modeOf(journey);
  if (mode === 'refuse') return 'a request with images is refused (blind_models: refuse)';
  if (mode === 'describe') {
    const [first] = config.routes.get(seer)?.targets ?? [];
    return `${first?.target.id ?? seer} describes them (auxiliary.${seer})`;
  }
  const seeing = candidates.places.find(({ target }) => !seesNoImages(engine, target));
  if (seeing !== undefined)
    return `${seeing.target.id} is asked in its place (blind_models: route)`;
  return 'no model on this route has vision: a request with images is refused (blind_models: route)';
}
