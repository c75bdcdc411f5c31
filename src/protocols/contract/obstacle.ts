/** Finds why a request that needs translation cannot be sent to a target. Pure. */

import type { Target } from '../../model/target.ts';
import type { NeutralRequest, Translation } from '../translation/neutral.ts';

/** Undefined if it can be sent; `spoken` is the translation of the target's protocol. */
export function findCallObstacle(
  request: NeutralRequest,
  target: Pick<Target, 'prefill'>,
  spoken: Translation,
): string | undefined {
  const isUnheard = request.continuesAnswer === true && target.prefill === undefined;
  return isUnheard ? 'an answer that has begun' : spoken.findObstacle(request);
}
