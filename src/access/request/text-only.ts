/**
 * Images and who sees them (steps 1 and 3 of a request): one with images never goes to a target
 * that is known, or has said, to see none. By `blind_models` somebody else is asked, the images are
 * put into words (describe-images.ts), or the request is refused.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { defaults } from '../../model/defaults.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { BlindModels, Route, Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { Carriage } from '../answer/carriage.ts';
import type { Candidates } from '../select/candidates.ts';
import type { Engine } from './engine.ts';

/** What a target is sent, and the same in the words of other protocols. */
export interface Carried {
  readonly body: ReadBody;
  readonly carriage?: Carriage;
}

/** How one request shows its images. */
export interface Eyes {
  /** The request with its images in words, once somebody needs it. */
  told: Promise<Carried> | undefined;
  /** Ids of targets that were sent that one. */
  readonly askedInWords: string[];
}

/** What of a request on its way matters here. */
interface Seeing {
  readonly engine: Pick<Engine, 'lessons'>;
  readonly request: Pick<AccessRequest, 'operation'>;
  readonly candidates: Candidates;
  readonly body: Pick<ReadBody, 'pictures'>;
  readonly config: ResolvedConfig;
  readonly route: Pick<Route, 'task'>;
}

/** The task that sees for others: it has nobody to ask in its turn. */
export const seer = 'vision';

/** What becomes of its images where a model sees none. */
export function modeOf({ config, route: { task } }: Pick<Seeing, 'config' | 'route'>): BlindModels {
  const { blindModels = config.blindModels ?? defaults.blindModels } =
    config.tasks?.get(task) ?? {};
  return blindModels === 'describe' && task === seer ? 'route' : blindModels;
}

/**
 * Step 1 of a request: whom its images are kept from. Asked only where the entry or an answer says
 * of somebody that he sees none.
 */
export function keepFromBlind(seeing: Seeing): void {
  const { candidates } = seeing;
  const isBlindThere = candidates.places.some(({ target }) => isBlind(seeing, target));
  if (!isBlindThere || tellsInWords(seeing)) return;
  const first = candidates.places[0]?.target;
  leaveBlind(seeing);
  const mode = modeOf(seeing);
  if (mode === 'route' || first === undefined || !isBlind(seeing, first)) return;
  const reason = `it was not asked, because ${first.id} sees none (blind_models: ${mode})`;
  candidates.keepOnly(() => false, { cause: 'no-images', reason });
}

/** They are left for good, and stand in the record. */
export function leaveBlind(seeing: Pick<Seeing, 'engine' | 'candidates' | 'body'>): void {
  const reason = 'it sees no images';
  seeing.candidates.keepOnly((target) => !isBlind(seeing, target), { cause: 'no-images', reason });
}

/** Whether this target is to be sent words in place of the images. */
export function needsWords(seeing: Seeing, target: Target): boolean {
  return isBlind(seeing, target) && tellsInWords(seeing);
}

/**
 * For a count of tokens nothing is described: it is estimated. Documents that nobody on the route
 * reads are told as that.
 */
function tellsInWords(seeing: Seeing): boolean {
  const { request, body, candidates } = seeing;
  const mode = modeOf(seeing);
  if (mode === 'refuse' || request.operation !== 'generate') return false;
  if (mode === 'describe') return true;
  const hasImages = body.pictures().some(({ isFile }) => isFile !== true);
  const isSeenThere = candidates.places.some(({ target }) => !seesNoImages(seeing.engine, target));
  return (
    (isSeenThere || !hasImages) && candidates.places.every(({ target }) => isBlind(seeing, target))
  );
}

/** As the catalogue or the configuration knows it, or has said so itself. */
export function seesNoImages({ lessons }: Seeing['engine'], target: Target): boolean {
  return target.images === false || lessons.unseen.of({ target, shown: 'image' }) !== undefined;
}

/**
 * Who is known to see no images may read documents all the same: a few vendors put them into words
 * themselves.
 */
function isBlind({ engine, body }: Pick<Seeing, 'engine' | 'body'>, target: Target): boolean {
  const seesNone = seesNoImages(engine, target);
  const readsNone = engine.lessons.unseen.of({ target, shown: 'file' }) !== undefined;
  if (!seesNone && !readsNone) return false; // what is shown is not looked for
  return body.pictures().some(({ isFile }) => (isFile === true ? readsNone : seesNone));
}
