/**
 * Says whether a target sees images, on whose word, and what happens to requests with images. Pure.
 */

import type { RequestContext } from '../../access/request/request-context.ts';
import {
  describeMode,
  imagesKey,
  modeOf,
  seesNoImages,
  visionTask,
} from '../../access/request/text-only.ts';
import { placeOfSetting } from '../../config/resolved/name-setting.ts';
import type { Target } from '../../model/target.ts';
import type { ImagesPlan } from './plan.ts';

export function planImages(opened: RequestContext, target: Target): ImagesPlan {
  const { config, engine } = opened;
  const learnedAt = engine.lessons.unseen.of({ target, shown: 'image' });
  const source = placeOfSetting(config, imagesKey(target)) ?? 'the catalogue';
  const isBlind = target.images === false;
  if (!isBlind && learnedAt === undefined)
    return target.images ? { seen: 'yes', source } : { seen: 'unknown' };
  const by = isBlind ? { source } : { source: 'its refusal', learnedAt };
  return { seen: 'no', ...by, instead: describeInstead(opened) };
}

function describeInstead(opened: RequestContext): string {
  const { config, candidates, engine } = opened;
  const mode = modeOf(opened);
  if (mode === 'refuse') return `a request with images is refused (${describeMode(opened)})`;
  if (mode === 'describe') {
    const [first] = config.routes.get(visionTask)?.targets ?? [];
    return `${first?.target.id ?? visionTask} describes them (auxiliary.${visionTask})`;
  }
  const seeing = candidates.places.find(({ target }) => !seesNoImages(engine, target));
  if (seeing !== undefined)
    return `${seeing.target.id} is asked in its place (${describeMode(opened)})`;
  return `no model on this route has vision: a request with images is refused (${describeMode(opened)})`;
}
