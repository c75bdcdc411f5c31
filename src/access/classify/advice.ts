/** What is best done about a failure: the advice of its class, and where it does not hold. Pure. */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Advice } from '../../failures/row.ts';
import type { Failure } from '../../model/failure.ts';

/**
 * The class's advice, but where the provider asks not to be asked again, or the limit is the key's
 * own.
 */
export function adviceOn(failure: Failure): Advice {
  const { advice } = rowOfClass(failure.class);
  if (failure.mayRetry === false && (advice === 'retry' || advice === 'wait'))
    return 'other-target';
  if (advice === 'other-account' && !markScopeOf(failure).includes('account')) return 'other-key';
  return advice;
}
