/** The client's headers as an attempt sends them on (step 3 of a request). */

import type { Headers } from '../../model/request.ts';
import type { AttemptPlan } from '../answer/outcome.ts';
import { traceparentOf } from './trace-context.ts';

/**
 * The client's headers as they go out with an attempt that is traced, or asks for the rest of an
 * answer.
 */
export function headersOf({ request, continuation, facts }: AttemptPlan): Headers {
  const { id, isTraced, headers } = request;
  // The rest is another request: under the key of the first a provider would refuse it, or tell the
  // first again.
  const { 'idempotency-key': _, ...withoutKey } = headers;
  const kept = continuation === undefined ? headers : withoutKey;
  if (isTraced !== true) return kept;
  return { ...kept, traceparent: traceparentOf(id, facts.attempts - 1, headers['traceparent']) };
}
