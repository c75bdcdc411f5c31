/**
 * Keeps images from models without vision (steps 1 and 3 of a request): a request with images never
 * goes to a target that is known, or has said, to see none. `blind_models` decides: another target
 * is asked, the images are described in words (describe-images.ts), or the request is refused.
 */

import { placeOfSetting } from '../../config/resolved/name-setting.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { defaults } from '../../model/defaults.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { BlindModels, Route, Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { DecodedRequest } from '../answer/decoded-request.ts';
import type { Candidates } from '../select/candidates.ts';
import type { Engine } from './engine.ts';

/** Contains the request for a target, and its decoded form for other protocols. */
export interface RequestBody {
  readonly body: ReadBody;
  readonly decoded?: DecodedRequest;
}

/** Says how one request handles its images. */
export interface Vision {
  /** The request with its images in words, once a target needs it. */
  described: Promise<RequestBody> | undefined;
  /** Ids of targets that were sent that one. */
  readonly askedInWords: string[];
}

/** The part of a request that this needs. */
interface Seeing {
  readonly engine: Pick<Engine, 'lessons'>;
  readonly request: Pick<AccessRequest, 'operation' | 'login'>;
  readonly candidates: Candidates;
  readonly body: Pick<ReadBody, 'pictures'>;
  readonly config: ResolvedConfig;
  readonly route: Pick<Route, 'task'>;
}

/** The task that describes images; it has no other task to ask. */
export const visionTask = 'vision';

/** Returns what happens to its images if a model sees none. */
export function modeOf({ config, route: { task } }: Pick<Seeing, 'config' | 'route'>): BlindModels {
  const { blindModels = config.blindModels ?? defaults.blindModels } =
    config.tasks?.get(task) ?? {};
  return blindModels === 'describe' && task === visionTask ? 'route' : blindModels;
}

/**
 * Drops targets that may not get the images (step 1 of a request). Called only if the entry or an
 * answer says that a target sees none.
 */
export function filterTextOnly(seeing: Seeing): void {
  const { candidates } = seeing;
  const isOneTextOnly = candidates.places.some(({ target }) => isTextOnly(seeing, target));
  if (!isOneTextOnly || tellsInWords(seeing)) return;
  const first = candidates.places[0]?.target;
  dropTextOnly(seeing);
  const mode = modeOf(seeing);
  if (mode === 'route' || first === undefined || !isTextOnly(seeing, first)) return;
  const reason = `it was not asked, because ${first.id} sees none (${describeMode(seeing)})`;
  candidates.keepOnly(() => false, { cause: 'no-images', reason });
}

/** Drops these targets for good and records them. */
export function dropTextOnly(
  seeing: Pick<Seeing, 'engine' | 'candidates' | 'body' | 'config'>,
): void {
  for (const { target } of seeing.candidates.placesLeft()) {
    if (!isTextOnly(seeing, target)) continue;
    const at = placeOfSetting(seeing.config, imagesKey(target));
    const said =
      target.images === false && at !== undefined ? `, as ${imagesKey(target)} (${at}) says` : '';
    const reason = `it sees no images${said}`;
    seeing.candidates.keepOnly((other) => other.id !== target.id, { cause: 'no-images', reason });
  }
}

/** The setting that says whether this target sees. */
export function imagesKey({ provider, model }: Pick<Target, 'provider' | 'model'>): string {
  return formatKeyPath(['providers', provider, 'models', model, 'images']);
}

/** Returns `blind_models: refuse, config.yaml:2`. */
export function describeMode(asked: Pick<Seeing, 'config' | 'route'>): string {
  const { config, route } = asked;
  const own = placeOfSetting(config, formatKeyPath(['auxiliary', route.task, 'blind_models']));
  const isSaid = config.blindModels !== 'describe' || route.task !== visionTask;
  const place = own ?? (isSaid ? placeOfSetting(config, 'blind_models') : undefined);
  return `blind_models: ${modeOf(asked)}${place === undefined ? '' : `, ${place}`}`;
}

/** True when this target gets words instead of the images. A login's request goes as it came. */
export function needsWords(seeing: Seeing, target: Target): boolean {
  if (seeing.request.login?.target === target.id) return false;
  return isTextOnly(seeing, target) && tellsInWords(seeing);
}

/** True when this target may answer the request: it sees its images, or gets words instead. */
export function takesPictures(seeing: Seeing, target: Target): boolean {
  return !isTextOnly(seeing, target) || modeOf(seeing) === 'describe';
}

/**
 * A count of tokens is estimated without descriptions. Documents that no target reads are named as
 * that.
 */
function tellsInWords(seeing: Seeing): boolean {
  const { request, body, candidates } = seeing;
  const mode = modeOf(seeing);
  if (mode === 'refuse' || request.operation !== 'generate') return false;
  if (mode === 'describe') return true;
  const hasImages = body.pictures().some(({ isFile }) => isFile !== true);
  const isSeenThere = candidates.places.some(({ target }) => !seesNoImages(seeing.engine, target));
  return (
    (isSeenThere || !hasImages) &&
    candidates.places.every(({ target }) => isTextOnly(seeing, target))
  );
}

/** True according to the catalogue, the configuration, or the model's own refusal. */
export function seesNoImages({ lessons }: Seeing['engine'], target: Target): boolean {
  return target.images === false || lessons.unseen.of({ target, shown: 'image' }) !== undefined;
}

/**
 * A target without vision may still read documents: a few vendors convert them to words themselves.
 */
function isTextOnly({ engine, body }: Pick<Seeing, 'engine' | 'body'>, target: Target): boolean {
  const seesNone = seesNoImages(engine, target);
  const readsNone = engine.lessons.unseen.of({ target, shown: 'file' }) !== undefined;
  if (!seesNone && !readsNone) return false; // saves the search for images
  return body.pictures().some(({ isFile }) => (isFile === true ? readsNone : seesNone));
}
