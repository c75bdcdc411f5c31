/**
 * Which class wins when two signatures of one rank fit the same answer and neither names the other in `before`. What says
 * most exactly why comes first: billing beats model-missing, a used-up plan beats a limit per minute, a caller's fault is last.
 */

import type { FailureClass } from '../../model/failure.ts';

/** Every class that a signature may have, the winner of a tie first. */
export const classPrecedence: readonly FailureClass[] = [
  'auth-revoked',
  'too-dear',
  'forbidden-model',
  'billing',
  'quota',
  'context-overflow',
  'foreign-history',
  'no-images',
  'no-tools',
  'parameter',
  'content-policy',
  'auth-rejected',
  'not-offered',
  'model-missing',
  'forbidden-request',
  'overloaded',
  'rate-limit',
  'timeout',
  'server-error',
  'malformed',
  'bad-request',
  'refused-request',
];
