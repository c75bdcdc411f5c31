/**
 * Requests that make something which costs, or stays: a batch, a picture, an answer in the background. Once such a request may have been
 * carried out, nobody is asked it again: whether the first one worked is for its caller to find out (step 5 of a request).
 */

import type { Failure } from '../../model/failure.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import { mayBeBilled, readRequest } from '../spending/estimate.ts';

const making: ReadonlySet<AccessRequest['operation']> = new Set(['images', 'batches']);

/** Whether it makes something. What is fetched, listed or ended is made by nobody. */
export function isMaking(
  { operation, passage }: Pick<AccessRequest, 'operation' | 'passage'>,
  body: ReadBody,
): boolean {
  if (passage === undefined) return operation === 'generate' && goesOnByItself(body);
  return making.has(operation) && passage.method === 'POST' && passage.object === undefined;
}

/** Its answer comes at once, and is fetched later. */
export function goesOnByItself(body: ReadBody): boolean {
  return body.has('background') && readRequest(body)?.['background'] === true;
}

/** Whether what was asked may have been done: a server's fault, a cut or a silence after the request was out. A refusal comes before the work. */
export function mayBeDone(failure: Failure): boolean {
  const { class: failureClass, status = 0, evidence } = failure;
  if (failureClass === 'server-error' || mayBeBilled(failure)) return true;
  // A bare 503 may come from a proxy in front of a server that is at work. One that says overloaded refuses.
  if (failureClass === 'overloaded') return status === 503 && evidence.kind === 'status';
  return failureClass === 'unknown' && status >= 500;
}
