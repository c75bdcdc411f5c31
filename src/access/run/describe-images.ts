/**
 * Describes images in words for a target without vision (step 3 of a request), and handles a
 * refusal of images (step 5).
 */

import type { Decision } from '../../model/decision.ts';
import type { Target } from '../../model/target.ts';
import { noFilePart } from '../../providers/signatures/generic-images.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { describeMode, modeOf, needsWords, type RequestBody } from '../request/text-only.ts';
import { keyOfPicture } from '../tasks/image-descriptions.ts';

/**
 * Returns the request with words instead of its images; an image that could not be described is
 * named as that. If the caller leaves, this returns early, and the result is never sent.
 */
export async function putIntoWords(context: RequestContext, target: Target): Promise<RequestBody> {
  const { vision, request } = context;
  vision.askedInWords.push(target.id);
  vision.described ??= describeUnseen(context);
  const { promise: gone, resolve } = Promise.withResolvers<RequestBody>();
  const leave = (): void => resolve(context);
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([vision.described, gone]);
  } finally {
    request.signal.removeEventListener('abort', leave);
  }
}

async function describeUnseen({
  engine,
  request,
  protocol,
  body,
  openRecord,
}: RequestContext): Promise<RequestBody> {
  const images = body.pictures().filter(({ isFile }) => isFile !== true);
  const { textOf, note } = await engine.descriptions.describeAll(images, request);
  const bytes = body.tellPictures((picture) =>
    picture.isFile === true ? filePlaceholder : textOf(keyOfPicture(picture)),
  );
  const inWords = protocol.readBody({ ...request, body: bytes }, request.operation);
  if (images.length > 0) openRecord.notes.push(note);
  const files = body.pictures().length - images.length;
  if (files > 0)
    openRecord.notes.push(`${files} document${files === 1 ? '' : 's'} left out, and told as that`);
  return { body: inWords };
}

const filePlaceholder =
  '[A document stands here. You cannot read documents of this kind. If the answer depends on it, say so.]';

/** Learns from a refusal, and acts on it before the table is read. */
export function decideOnImages(
  context: RequestContext,
  { failure, candidate: { target } }: Miss,
): Decision | undefined {
  const { engine, vision, body, budget } = context;
  if (failure.class !== 'no-images' || body.pictures().length === 0) return undefined;
  const isOfFile =
    failure.evidence.rule === noFilePart || body.pictures().every(({ isFile }) => isFile === true);
  engine.lessons.unseen.learn(
    { target, shown: isOfFile ? 'file' : 'image' },
    engine.host.clock.now(),
  );
  if (modeOf(context) === 'refuse')
    return { kind: 'stop', reason: `it sees no images (${describeMode(context)})` };
  if (vision.askedInWords.includes(target.id) || budget.isOver || !needsWords(context, target))
    return undefined;
  return {
    kind: 'retry',
    delayMs: 0,
    reason: 'once more with its images in words',
    isAmended: true,
  };
}
