/** Builds the headers of an attempt from the client's (step 3 of a request). */

import type { Headers } from '../../model/request.ts';
import type { AttemptPlan } from '../answer/outcome.ts';
import { traceparentOf } from './trace-context.ts';

/** Adds the trace, and removes what does not belong to a request for the rest of an answer. */
export function headersOf({ request, continuation, facts }: AttemptPlan): Headers {
  const { id, isTraced, headers } = request;
  // The rest is another request: with the first one's key a provider would refuse it, or replay the
  // first.
  const { 'idempotency-key': _, ...withoutKey } = headers;
  const kept = continuation === undefined ? headers : withoutKey;
  if (isTraced !== true) return kept;
  return { ...kept, traceparent: traceparentOf(id, facts.attempts - 1, headers['traceparent']) };
}
