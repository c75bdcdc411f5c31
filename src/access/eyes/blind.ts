/**
 * Images and who sees them: a request with images never goes to a target that is known, or has said, to see none. By
 * `blind_models` somebody else is asked, the images are put into words (words.ts), or the request is refused.
 */

import type { ResolvedConfig } from '../../config/resolved.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { BlindModels, Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import type { Engine } from '../engine.ts';
import type { Candidates } from '../select/candidates.ts';
import type { Carriage } from '../translate/carriage.ts';

/** What a target is sent, and the same in the words of other protocols. */
export interface Carried {
  readonly body: ReadBody;
  readonly carriage: Carriage;
}

/** How one request shows its images. */
export interface Eyes {
  readonly mode: BlindModels;
  /** The request with its images in words, once somebody needs it. */
  told: Promise<Carried> | undefined;
  /** Ids of targets that were sent that one. */
  readonly askedInWords: string[];
}

/** What of a request on its way matters here. */
interface Seeing {
  readonly engine: Pick<Engine, 'blindness'>;
  readonly request: Pick<AccessRequest, 'operation'>;
  readonly candidates: Candidates;
  readonly body: Pick<ReadBody, 'pictures'>;
  readonly eyes: Eyes;
}

/** The task that sees for others: it has nobody to ask in its turn. */
export const seer = 'vision';

export function openEyes(config: ResolvedConfig, task: string): Eyes {
  const { blindModels = config.blindModels ?? 'route' } = config.tasks?.get(task) ?? {};
  const mode = blindModels === 'describe' && task === seer ? 'route' : blindModels;
  return { mode, told: undefined, askedInWords: [] };
}

/** Step 1 of a request: whom its images are kept from. They are looked for only where somebody does not see. */
export function keepFromBlind(seeing: Seeing): void {
  const { engine, candidates, body, eyes } = seeing;
  const isBlindThere = candidates.places.some(({ target }) => isBlind(engine, target));
  if (!isBlindThere || body.pictures().length === 0 || tellsInWords(seeing)) return;
  const first = candidates.places[0]?.target;
  leaveBlind(seeing);
  if (eyes.mode === 'route' || first === undefined || !isBlind(engine, first)) return;
  const reason = `it was not asked, because ${first.id} sees none (blind_models: ${eyes.mode})`;
  candidates.keepOnly(() => false, { cause: 'no-images', reason });
}

/** They are left for good, and stand in the record. */
export function leaveBlind({ engine, candidates }: Pick<Seeing, 'engine' | 'candidates'>): void {
  const reason = 'it sees no images';
  candidates.keepOnly((target) => !isBlind(engine, target), { cause: 'no-images', reason });
}

/** Whether this target is to be sent words in place of the images. */
export function needsWords(seeing: Seeing, target: Target): boolean {
  return isBlind(seeing.engine, target) && tellsInWords(seeing) && seeing.body.pictures().length > 0;
}

/** For a count of tokens nothing is described: it is estimated. */
function tellsInWords({ eyes, request }: Seeing): boolean {
  return eyes.mode === 'describe' && request.operation === 'generate';
}

function isBlind({ blindness }: Seeing['engine'], target: Target): boolean {
  return target.images === false || blindness.has(target);
}
