/**
 * The two ways to make a failure that may be stored (law 2): in our own words, or with the
 * provider's words cut by `keepFailure`. Only these make a `CutFailure`, and only that type leaves
 * an attempt: new code that passes on a provider's words does not compile.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';

/**
 * The rule of `malformed` for a body that is not JSON, such as a page that replaces a restarting
 * server.
 */
export const notJson = 'not-json';

declare const isCut: unique symbol;

/** Its `message` and `code` quote neither the request nor the answer. */
export interface CutFailure extends Failure {
  readonly [isCut]: true;
}

/**
 * Makes a failure of the stream or body itself, or of a limit of ours. `message`: our own words,
 * with names and numbers of the configuration; never what the provider sent.
 */
export function createFailure(
  failureClass: FailureClass,
  rule: string,
  message: string,
): CutFailure {
  const kind = rowOfClass(failureClass).isSilence === true ? 'limit' : 'stream';
  return parseCut({ class: failureClass, evidence: { rule, kind }, message });
}

/** Makes the failure for an answer that was too large: the same target would send as much again. */
export function createEndless(what: 'event' | 'preamble' | 'body', message: string): CutFailure {
  return { ...createFailure('malformed', `endless-${what}`, message), mayRetry: false };
}

/** Replaces the words of a failure. `said`: the words for its caller alone. */
export function withCutWords(
  failure: Failure,
  { message, code, said, leadsTo }: Pick<Failure, 'message' | 'code' | 'said' | 'leadsTo'>,
): CutFailure {
  const { leadsTo: _, ...own } = failure;
  return parseCut({
    ...own,
    message,
    ...(leadsTo === undefined ? {} : { leadsTo }),
    ...(said === undefined ? {} : { said }),
    ...(code === undefined ? {} : { code }),
  });
}

/** Not exported, so that the type comes only from the functions above. */
function parseCut(failure: Failure): CutFailure {
  return failure as CutFailure;
}
