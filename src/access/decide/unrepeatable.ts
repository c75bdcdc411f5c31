/**
 * Requests that create something lasting or expensive: a batch, a picture, an answer in the
 * background. Once such a request may have been carried out, it is not repeated anywhere: only its
 * caller can find out whether the first one worked (step 5 of a request).
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { readRequest } from '../spending/estimate.ts';

const making: ReadonlySet<AccessRequest['operation']> = new Set(['images', 'batches']);

/** True when it creates something. Fetching, listing and ending do not. */
export function isMaking(
  { operation, passage }: Pick<AccessRequest, 'operation' | 'passage'>,
  body: ReadBody,
): boolean {
  if (passage === undefined) return operation === 'generate' && goesOnByItself(body);
  return making.has(operation) && passage.method === 'POST' && passage.object === undefined;
}

/** True when the answer comes at once and its result is fetched later. */
export function goesOnByItself(body: ReadBody): boolean {
  return body.has('background') && readRequest(body)?.['background'] === true;
}

/**
 * True when the request may have been carried out: its provider did not refuse it, and it was sent
 * completely.
 */
export function mayBeDone(failure: Failure): boolean {
  const { class: failureClass, status, evidence, isUnsent } = failure;
  if (isUnsent === true) return false;
  if (rowOfClass(failureClass).mayBe !== undefined) return true;
  // A bare 503 may come from a proxy in front of a server that is still working. One that says
  // overloaded refuses.
  if (failureClass === 'overloaded') return status === 503 && evidence.kind === 'status';
  return failureClass === 'unknown' && (status === undefined || status >= 500);
}
