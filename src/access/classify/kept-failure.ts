/**
 * The two ways to a failure that may be kept (law 2): one in words of our own, and one whose words
 * were cut by `keepFailure`. Nothing else makes a `CutFailure`, and nothing else leaves an attempt:
 * a new place that passes on what a provider said does not compile.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';

/**
 * The rule of `malformed` for what is no JSON at all, as pages are that stand in the place of a
 * server while it restarts.
 */
export const notJson = 'not-json';

declare const isCut: unique symbol;

/** Nothing of the request or of the answer stands in its `message` and `code`. */
export interface CutFailure extends Failure {
  readonly [isCut]: true;
}

/**
 * A failure of the stream or body itself, or of a limit of ours. `message`: our own words, with
 * names of the configuration and figures; never what came over the wire.
 */
export function createFailure(
  failureClass: FailureClass,
  rule: string,
  message: string,
): CutFailure {
  const kind = rowOfClass(failureClass).isSilence === true ? 'limit' : 'stream';
  return parseCut({ class: failureClass, evidence: { rule, kind }, message });
}

/** An answer that was given up for its size: the same target would send as much again. */
export function createEndless(what: 'event' | 'preamble' | 'body', message: string): CutFailure {
  return { ...createFailure('malformed', `endless-${what}`, message), mayRetry: false };
}

/**
 * The same failure, with these words in place of its own. `said`: those that its caller alone may
 * see.
 */
export function withCutWords(
  failure: Failure,
  { message, code, said }: Pick<Failure, 'message' | 'code' | 'said'>,
): CutFailure {
  return parseCut({
    ...failure,
    message,
    ...(said === undefined ? {} : { said }),
    ...(code === undefined ? {} : { code }),
  });
}

/** Not exported: whoever wants the type goes through one of the functions above. */
function parseCut(failure: Failure): CutFailure {
  return failure as CutFailure;
}
