/**
 * Requests that make something which costs, or stays: a batch, a picture, an answer in the
 * background. Once such a request may have been carried out, nobody is asked it again: whether the
 * first one worked is for its caller to find out (step 5 of a request).
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { readRequest } from '../spending/estimate.ts';

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

/**
 * Whether what was asked may have been done. Not where its provider refused it, and not where it
 * never went out whole.
 */
export function mayBeDone(failure: Failure): boolean {
  const { class: failureClass, status, evidence, isUnsent } = failure;
  if (isUnsent === true) return false;
  if (rowOfClass(failureClass).mayBe !== undefined) return true;
  // A bare 503 may come from a proxy in front of a server that is at work. One that says overloaded
  // refuses.
  if (failureClass === 'overloaded') return status === 503 && evidence.kind === 'status';
  return failureClass === 'unknown' && (status === undefined || status >= 500);
}
