/** Tells an end that is only our next look: what does not end by itself. Pure. */

import { endsByItself } from '../../credentials/health/mark-policy.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { SetEnd } from './when.ts';

interface HeldEnd extends SetEnd {
  readonly cause?: FailureClass | 'budget' | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
}

/**
 * Returns when we look whether somebody has changed it, epoch ms. Undefined where waiting helps,
 * where the provider named the end, and where nobody knows what it is.
 */
export function findLook({ cause, speaker, until, endSetBy }: HeldEnd): number | undefined {
  const isOurs = endSetBy !== 'provider' && speaker?.byStatus === undefined;
  return isOurs && cause && cause !== 'budget' && !endsByItself(cause) ? until : undefined;
}
