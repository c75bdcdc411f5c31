/** Which failed attempts may cost something all the same: the record counts those that never said how much. Pure. */

import type { Failure, FailureClass } from '../model/failure.ts';

/** The request was out, and what came was no refusal. */
const mayHaveWorked: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'timeout',
  'stream-cut',
  'stream-stall',
  'malformed',
  'empty',
  'unusable',
]);

/** A connection that ended after it had been made: the request may have been read. */
const endedLate = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

/** Whether the provider may have worked on the request. */
export function mayBeBilled({ class: failureClass, code = '' }: Failure): boolean {
  return mayHaveWorked.has(failureClass) || (failureClass === 'connect' && endedLate.test(code));
}
