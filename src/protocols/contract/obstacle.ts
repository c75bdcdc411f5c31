/** Why a request that has to be translated cannot be asked of a target. Pure. */

import type { Target } from '../../model/target.ts';
import type { NeutralRequest, Translation } from '../translation/neutral.ts';

/** Undefined when it can be asked; `spoken` is the side of the target's protocol. */
export function findCallObstacle(
  request: NeutralRequest,
  target: Pick<Target, 'prefill'>,
  spoken: Translation,
): string | undefined {
  const isUnheard = request.continuesAnswer === true && target.prefill === undefined;
  return isUnheard ? 'an answer that has begun' : spoken.findObstacle(request);
}
