/**
 * Images in words for a target that sees none (step 3 of a request), and what is done when one says
 * so (step 5).
 */

import type { Decision } from '../../model/decision.ts';
import type { Target } from '../../model/target.ts';
import { noFilePart } from '../../providers/signatures/generic-images.ts';
import type { Journey } from '../request/journey.ts';
import type { Miss } from '../request/story.ts';
import { type Carried, modeOf, needsWords } from '../request/text-only.ts';
import { keyOfPicture } from '../tasks/image-descriptions.ts';

/**
 * The request with words in place of its images. What nobody could see is told as that. A caller
 * who leaves is not waited for: what is given back then is sent to nobody.
 */
export async function putIntoWords(journey: Journey, target: Target): Promise<Carried> {
  const { eyes, request } = journey;
  eyes.askedInWords.push(target.id);
  eyes.told ??= describeUnseen(journey);
  const { promise: gone, resolve } = Promise.withResolvers<Carried>();
  const leave = (): void => resolve(journey);
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([eyes.told, gone]);
  } finally {
    request.signal.removeEventListener('abort', leave);
  }
}

async function describeUnseen({
  engine,
  request,
  protocol,
  body,
  story,
}: Journey): Promise<Carried> {
  const images = body.pictures().filter(({ isFile }) => isFile !== true);
  const { textOf, note } = await engine.descriptions.describeAll(images, request);
  const bytes = body.tellPictures((picture) =>
    picture.isFile === true ? filePlaceholder : textOf(keyOfPicture(picture)),
  );
  const inWords = protocol.readBody({ ...request, body: bytes }, request.operation);
  if (images.length > 0) story.notes.push(note);
  const files = body.pictures().length - images.length;
  if (files > 0)
    story.notes.push(`${files} document${files === 1 ? '' : 's'} left out, and told as that`);
  return { body: inWords };
}

const filePlaceholder =
  '[A document stands here. You cannot read documents of this kind. If the answer depends on it, say so.]';

/** What a refusal teaches, and what is done about it before the table is asked. */
export function decideOnBlind(
  journey: Journey,
  { failure, candidate: { target } }: Miss,
): Decision | undefined {
  const { engine, eyes, body, budget } = journey;
  if (failure.class !== 'no-images' || body.pictures().length === 0) return undefined;
  const isOfFile =
    failure.evidence.rule === noFilePart || body.pictures().every(({ isFile }) => isFile === true);
  engine.lessons.unseen.learn(
    { target, shown: isOfFile ? 'file' : 'image' },
    engine.host.clock.now(),
  );
  if (modeOf(journey) === 'refuse')
    return { kind: 'stop', reason: 'it sees no images (blind_models: refuse)' };
  if (eyes.askedInWords.includes(target.id) || budget.isOver || !needsWords(journey, target))
    return undefined;
  return {
    kind: 'retry',
    delayMs: 0,
    reason: 'once more with its images in words',
    isAmended: true,
  };
}
