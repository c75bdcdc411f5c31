/** The client's headers as they go out with an attempt. */

import type { AccessRequest, Headers } from '../model/request.ts';
import { traceparentOf } from './trace-context.ts';

interface AttemptFacts {
  readonly request: Pick<AccessRequest, 'id' | 'headers' | 'isTraced'>;
  /** Absent: it asks for a whole answer. */
  readonly continuation?: object | undefined;
  /** Which attempt it is, from 1. */
  readonly facts: { readonly attempts: number };
}

export function headersOf({ request, continuation, facts }: AttemptFacts): Headers {
  const { id, isTraced } = request;
  const headers = continuation === undefined ? request.headers : withoutKey(request.headers);
  if (isTraced !== true) return headers;
  return { ...headers, traceparent: traceparentOf(id, facts.attempts - 1, headers['traceparent']) };
}

/** The rest of an answer is another request: under the key of the first a provider would refuse it, or tell the first again. */
function withoutKey({ 'idempotency-key': _, ...headers }: Headers): Headers {
  return headers;
}
