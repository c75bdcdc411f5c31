/** The text of an error of ours, and beside it the parts that it is made of. */

import { formatFix } from '../../errors.ts';
import { inOwnWords } from '../../host/program-words.ts';
import type { Fix } from '../../model/fix.ts';
import type { ToldError } from '../../protocols/contract/protocol.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';

/** What happened, what to do about it, and which request it was. */
interface ErrorParts {
  readonly what: string;
  readonly fix?: Fix | undefined;
  /** ` [holdfast request hfr_…]`. Default: no request is named. */
  readonly request?: string | undefined;
  /** What else stands in `holdfast` of the error object. */
  readonly facts?: WireObject | undefined;
}

/** Clients show the text alone, so the fix stands in it; a program reads the parts. */
export function createErrorText({
  what,
  fix,
  request = '',
  facts,
}: ErrorParts): Pick<ToldError, 'message' | 'facts'> {
  if (fix === undefined) return { message: `${what}${request}`, facts };
  const told = { ...fix, text: inOwnWords(fix.text) };
  return {
    message: `${what}. To fix: ${formatFix(told)}${request}`,
    facts: { ...facts, said: `${what}${request}`, fix: told },
  };
}
