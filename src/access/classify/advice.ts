/** Says what is best done after a failure: the advice of its class, with exceptions. Pure. */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Advice } from '../../failures/row.ts';
import type { Failure } from '../../model/failure.ts';

/**
 * Returns the class's advice, unless the provider forbids retries, or the limit is the key's own.
 */
export function adviceOn(failure: Failure): Advice {
  const { advice } = rowOfClass(failure.class);
  if (failure.mayRetry === false && (advice === 'retry' || advice === 'wait'))
    return 'other-target';
  if (advice === 'other-account' && !markScopeOf(failure).includes('account')) return 'other-key';
  return advice;
}
